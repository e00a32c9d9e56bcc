"""A lost phone, and a piece of paper in a drawer."""

import base64
import re

import pytest

from journeys.steps import PHONE, by_text, is_signed_in, secret_of, to_challenge, to_new_app, told
from proofup.directory.users import MfaState, SetMfaState
from proofup.methods.time_based_code import hotp
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
CODE = re.compile(r"<dd dir=\"ltr\">([0-9A-Z-]{19})</dd>")
ADDRESS = "/security-info/recovery-codes"


async def made(visitor: Visitor, world: World) -> list[str]:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    page = await visitor.open("/security-info")
    assert "Recovery codes None. They let you in when your phone is gone." in page.text
    await visitor.open(ADDRESS)
    page = await visitor.send(ADDRESS)
    assert page.headers["cache-control"] == "no-store"
    return CODE.findall(page.html)


@pytest.mark.both_engines
async def test_CMP_04_who_lost_the_phone_gets_in_by_a_code_and_sets_up_another(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    codes = await made(visitor, world)
    assert len(set(codes)) == 10
    page = await visitor.open("/security-info")
    assert "10 codes are unused" in page.text
    world.later(seconds=31)
    await to_challenge(another_visitor)
    page = await another_visitor.open("/signin/options")
    assert "Use a recovery code" in page.text
    await another_visitor.open("/signin/recovery")
    page = await another_visitor.send("/signin/recovery", code=codes[0].lower())
    assert is_signed_in(page)
    page = await another_visitor.open("/security-info")
    assert "9 codes are unused" in page.text
    page = await another_visitor.open("/security-info/phone")
    assert page.status == 200


async def test_SE3_codes_are_shown_once(world: World, visitor: Visitor) -> None:
    codes = await made(visitor, world)
    for path in (ADDRESS, "/security-info"):
        page = await visitor.open(path)
        assert not [code for code in codes if code in page.html]


async def test_a_wrong_code_is_told_with_what_is_left(world: World, visitor: Visitor) -> None:
    await made(visitor, world)
    await visitor.send("/signout")
    await to_challenge(visitor)
    await visitor.open("/signin/recovery")
    page = await visitor.send("/signin/recovery", code="0000-0000-0000-0000")
    told(page, "That is none of your unused codes.", number="500121")
    assert "4 tries left" in page.text


async def test_who_has_no_codes_is_offered_none(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    page = await visitor.open("/signin/options")
    assert "recovery code" not in page.text
    page = await visitor.open("/signin/recovery")
    assert page.path == "/signin/challenge"


async def test_who_has_no_method_is_offered_none(world: World, visitor: Visitor) -> None:
    await world.person()
    await to_challenge(visitor)
    page = await visitor.open("/security-info")
    assert "recovery" not in page.text.lower()
    await visitor.open(ADDRESS)
    page = await visitor.send(ADDRESS)
    assert page.path == "/security-info"


@pytest.mark.parametrize("path", ["/signin/recovery"])
async def test_TX2_the_page_is_of_a_sign_in_that_asks_for_it(
    world: World, visitor: Visitor, path: str
) -> None:
    assert (await visitor.open(path)).path == "/signin"
    codes = await made(visitor, world)
    page = await visitor.open(path)
    assert page.path != path
    assert codes


async def test_CMP_04_the_sheet_names_whose_it_is_and_can_be_printed(
    world: World, visitor: Visitor
) -> None:
    await made(visitor, world)
    page = visitor.page
    for said in ("Robin Ashby", "robin.ashby@contoso.test", "Contoso", "https://id.contoso.test"):
        assert said in page.text
    assert "Made 21 November 2026, 14:30 UTC" in page.text
    assert re.search(r"<button[^>]* hidden data-print>", page.html), "shown by script alone"


async def test_SM2_a_page_that_is_loaded_again_makes_no_other_set(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open(ADDRESS)
    form = dict(visitor.page.form(ADDRESS).fields)
    codes = CODE.findall((await visitor.post(ADDRESS, form)).html)
    for _ in range(2):
        page = await visitor.post(ADDRESS, form)
        assert (page.path, CODE.findall(page.html)) == (ADDRESS, [])
        assert "10 codes are unused Made today 14:30 UTC" in page.text
    world.later(seconds=31)
    await visitor.send("/signout")
    await to_challenge(visitor)
    await visitor.open("/signin/recovery")
    assert is_signed_in(await visitor.send("/signin/recovery", code=codes[0])), "the set is good"


async def test_who_used_a_code_is_told_what_to_do_about_the_lost_phone(
    world: World, visitor: Visitor
) -> None:
    codes = await made(visitor, world)
    world.later(seconds=31)
    await visitor.send("/signout")
    await to_challenge(visitor)
    await visitor.open("/signin/recovery")
    page = await visitor.send("/signin/recovery", code=codes[0])
    for path in ("/myapps", "/security-info"):
        page = await visitor.open(path)
        assert "You signed in with a recovery code 9 codes are unused." in page.text, path
        assert 'href="/security-info/sign-out-everywhere"' in page.html
    await visitor.send("/signout")
    world.later(seconds=31)
    await by_text(visitor, world)
    for path in ("/myapps", "/security-info"):
        assert "You signed in with a recovery code" not in (await visitor.open(path)).text


async def test_RSP_10_warnings_count_recovery_codes(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    page = await visitor.open("/security-info")
    assert "Only one phone can let you in" in page.text
    assert "or make recovery codes" in page.text
    assert "Ready for a lost device" not in page.text
    await visitor.open(ADDRESS)
    await visitor.send(ADDRESS)
    page = await visitor.open("/security-info")
    assert "Only one phone can let you in" not in page.text
    assert "Ready for a lost device Should your device be lost, a recovery code" in page.text


async def test_SI_03_a_lost_device_is_deleted_before_every_session_ends(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    page = await visitor.open("/security-info/sign-out-everywhere")
    (phone,) = await world.store.methods.of_user(robin.user.id)
    steps = (
        "While you are still signed in",
        "Make recovery codes",
        f"/security-info/methods/{phone.id}/delete",
        "Then sign out everywhere",
        "Will be gone",
    )
    places = [page.html.index(step) for step in steps]
    assert places == sorted(places)
    await visitor.open(ADDRESS)
    await visitor.send(ADDRESS)
    page = await visitor.open("/security-info/sign-out-everywhere")
    assert "Have your recovery codes at hand" in page.text
    assert "Make recovery codes" not in page.text


async def test_CMP_04_codes_are_offered_at_the_end_of_set_up(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person()
    await world.store.commit(SetMfaState(user_id=robin.user.id, state=MfaState.ENABLED))
    await to_challenge(visitor)
    page = await to_new_app(visitor)
    secret = base64.b32decode(secret_of(page))
    code = hotp(secret, int(world.now.timestamp()) // 30)
    page = await visitor.send(page.path, code=code)
    assert "Get recovery codes too" in page.text
    page = await visitor.send("/signin/continue", button=("then", "recoveryCodes"))
    assert page.path == ADDRESS, "no other proof is asked for in between"
    page = await visitor.send(ADDRESS)
    assert len(CODE.findall(page.html)) == 10
