"""Whoever may, finds anybody; for everybody else there is no such page."""

import re
from functools import partial
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from journeys.administrators import KIM, administrator, to_admin
from journeys.steps import PHONE, by_app, by_text, to_challenge, to_password
from proofup.directory.roles import (
    GLOBAL_ADMINISTRATOR,
    AddCustomRole,
    AssignRole,
    CustomRole,
)
from proofup.directory.units import AddMember, AddUnit, Unit
from proofup.directory.users import Account, AddUser, UserType
from proofup.policy.roles import HELP_DESK_MFA, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR
from proofup.storage.statements import touched
from proofup.values.ids import UnitId, UserId
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
FORGOTTEN = "UPDATE sessions SET second_at = NULL, second_way = NULL, remembered = 1"
EVIL = "<script>alert(1)</script>\u202e=HYPERLINK(1)&{{7*7}}"


async def test_somebody_without_a_role_finds_no_such_page(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    unknown = await visitor.open("/admin/no/such/page")
    for path in ("/admin", "/admin/users", f"/admin/users/{robin.user.id}"):
        page = await visitor.open(path)
        assert (page.status, page.title) == (unknown.status, unknown.title) == (404, page.title)
        assert "Robin Ashby" not in page.text


async def test_a_stranger_is_asked_to_sign_in_and_comes_back(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    page = await visitor.open("/admin/users?only=held")
    assert page.path == "/signin?return=%2Fadmin%2Fusers%3Fonly%3Dheld"
    await visitor.send("/signin", username=KIM)
    await visitor.send("/signin/password", password=PASSWORD)
    code = await world.app_code(kim.user.id)
    page = await visitor.send("/signin/challenge", code=code)
    assert page.path == "/admin/users?only=held"


async def test_without_a_second_proof_in_this_session_there_is_no_way_in(
    world: World, visitor: Visitor
) -> None:
    kim = await world.person(KIM)
    await to_password(visitor, name=KIM)
    await visitor.send("/signin/password", password=PASSWORD)
    await world.store.commit(AssignRole(user_id=kim.user.id, role=GLOBAL_ADMINISTRATOR))
    page = await visitor.open("/admin/users")
    assert page.path == "/security-info", "to register one first"


@pytest.mark.both_engines
async def test_anybody_is_found_by_how_their_names_and_mail_begin(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    await world.person(phone=PHONE)
    guest = await world.person("sam@fabrikam.test", user_type=UserType.GUEST, mail=None)
    page = await to_admin(visitor, world, kim)
    assert page.status == 200
    assert KIM in page.text
    assert "avatar guest" in page.html
    for wanted in ("ROBIN.a", "robin a", "Robin@Fab", "robin"):
        page = await visitor.open(f"/admin/users?q={wanted.replace(' ', '+')}")
        assert ROBIN in page.text, wanted
        assert page.html.count(ROBIN.partition("@")[0] + "<wbr>") == 1, wanted
    page = await visitor.open("/admin/users?q=nobody")
    assert "Nobody matches" in page.text
    page = await visitor.open("/admin/users?type=Guest")
    assert guest.user.user_principal_name in page.text
    assert ROBIN not in page.text
    page = await visitor.open("/admin/users?only=no-method")
    assert ROBIN not in page.text
    assert guest.user.user_principal_name in page.text


async def test_a_reference_from_an_error_page_finds_whom_it_happened_to(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_password(another_visitor)
    await another_visitor.send("/signin/password", password="wrong")
    (entry, *_) = await world.store.audit.of_user(robin.user.id, most=1)
    await to_admin(visitor, world, kim)
    letters = entry.correlation_id[:8].upper()
    for wanted in (f"{letters[:4]}-{letters[4:]}", entry.correlation_id):
        page = await visitor.open(f"/admin/users?q={wanted}")
        assert ROBIN in page.text
        assert KIM not in page.text


async def test_people_are_paged_by_key_and_each_is_shown_once(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    names = [f"p{number:03}@contoso.test" for number in range(120)]
    for name in names:
        await world.person(name, password=None, mail=None)
    page, seen = await to_admin(visitor, world, kim), list[str]()
    page = await visitor.open("/admin/users?q=robin")  # by what all of them are called
    for _ in range(4):
        seen += [name for name in names if name.partition("@")[0] + "<wbr>" in page.html]
        following = re.search(r'href="([^"]+)">Next page', page.html)
        if not following:
            break
        page = await visitor.open(following[1].replace("&amp;", "&"))
    assert sorted(seen) == names
    page = await visitor.open("/admin/users?after=nonsense")
    assert page.status == 200


async def test_a_display_name_full_of_markup_stays_inert(world: World, visitor: Visitor) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    user = replace(robin.user, id=UserId("0b1d3b7e-6d6f-4a9a-8f51-0f6f3c1c9a11"))
    user = replace(user, user_principal_name="evil@contoso.test", display_name=EVIL)
    await world.store.commit(AddUser(user=user, account=Account(user_id=user.id)))
    await to_admin(visitor, world, kim)
    for path in ("/admin/users", f"/admin/users/{user.id}", f"/admin/users/{user.id}/lost-device"):
        page = await visitor.open(path)
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "&lt;script&gt;alert(1)" in page.html
        assert "{{7*7}}" in page.html
        assert "foreign" in page.html


async def test_somebody_whose_second_proof_is_a_remembered_browser_proves_it_first(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    await by_app(visitor, world, kim)
    await world.store.engine.write(partial(touched, FORGOTTEN))
    page = await visitor.open("/admin/users")
    assert page.path.startswith("/security-info/verify?to=%2Fadmin%2Fusers")


async def test_whoever_may_see_numbers_finds_a_phone_in_any_spelling_and_by_its_end(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world, role=PRIVILEGED_AUTHENTICATION_ADMINISTRATOR)
    await world.person(phone=PHONE)
    await world.person("sam@contoso.test", phone="+44 7700 900068", mail=None)
    public = await world.person("noor@contoso.test", business_phones=(PHONE,), mail=None)
    page = await to_admin(visitor, world, kim)
    assert "A registered phone is found by its number" in page.text
    for wanted in (PHONE, "07700 900067", "0044 (7700) 900-067", "0067", "900067"):
        page = await visitor.open(f"/admin/users?q={quote(wanted)}")
        assert ROBIN in page.text, wanted
        assert "sam@contoso.test" not in page.text, wanted
        assert public.user.user_principal_name not in page.text, "a profile proves nothing"
        assert "900067" not in page.text.replace(wanted, ""), "numbers stay masked"
    page = await visitor.open("/admin/users?q=067")
    assert "Nobody matches" in page.text
    assert "at least the last four digits" in page.text
    world.later(minutes=16)
    page = await visitor.open("/admin/users?q=0067")
    assert page.path.startswith("/security-info/verify?to=%2Fadmin%2Fusers%3Fq%3D0067")


async def test_nobody_else_finds_a_phone_and_a_role_for_a_unit_finds_those_of_its_people(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    desk = await administrator(world, "desk@contoso.test", HELP_DESK_MFA)
    clerk = await world.person("clerk@contoso.test", apps=1, mail=None)
    robin = await world.person(phone=PHONE)
    await world.person("other@contoso.test", phone="+44 7700 910067", mail=None)
    unit, role = Unit(id=UnitId("u"), name="North"), "finders"
    permissions = frozenset({"readUsers", "seeNumbers"})
    await world.store.commit(
        AddUnit(unit=unit),
        AddMember(unit=unit.id, user_id=robin.user.id),
        AddCustomRole(role=CustomRole(id=role, name="Finders", permissions=permissions)),
        AssignRole(user_id=clerk.user.id, role=role, unit=unit.id, is_custom=True),
    )
    page = await to_admin(visitor, world, desk)
    assert "registered phone" not in page.text
    page = await visitor.open("/admin/users?q=0067")
    assert "Nobody matches" in page.text
    await to_admin(another_visitor, world, clerk)
    page = await another_visitor.open("/admin/users?q=0067")
    assert ROBIN in page.text
    assert "other@contoso.test" not in page.text
    page = await another_visitor.open("/admin/users?q=other")
    assert "other@contoso.test" in page.text


async def test_whoever_has_only_a_phone_is_found_and_counted_and_whoever_is_paused(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    await world.person(phone=PHONE)
    await world.person("sam@contoso.test", apps=1, phone="+44 7700 900068", mail=None)
    await to_admin(visitor, world, kim)
    page = await visitor.open("/admin/users?only=only-phone")
    assert ROBIN in page.text
    assert "sam@contoso.test" not in page.text
    assert "1 matches" in page.text
    page = await visitor.open("/admin/users?only=no-method")
    assert "0 match" in page.text
    page = await visitor.open("/admin/users?only=paused")
    assert "Nobody matches" in page.text
    for _ in range(2):
        await to_challenge(another_visitor)
        world.later(minutes=1)
        for _ in range(5):
            await another_visitor.send("/signin/challenge", code="000000")
    page = await visitor.open("/admin/users?only=paused")
    assert ROBIN in page.text
