"""Many people at once on the classic page: states with every transition, and the three boxes."""

import pytest

from journeys.administrators import administrator, to_admin
from journeys.steps import PHONE, by_text, is_signed_in
from journeys.test_helping_people import remembered
from proofup.audit.events.accounts import MfaStateChanged
from proofup.directory.users import MfaState, Person
from proofup.policy.roles import HELP_DESK_MFA, HELPDESK_ADMINISTRATOR
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
ADDRESS = "/admin/mfa"
APPLY = f"{ADDRESS}/apply"


async def confirmation(visitor: Visitor, step: str, *people: Person) -> Page:
    """Tick people and choose a quick step."""
    page = await visitor.open(ADDRESS)
    picked = {f"user.{one.user.id}": "on" for one in people}
    (form,) = (one for one in page.forms if one.method == "post")
    return await visitor.post(ADDRESS, {**form.fields, **picked, "step": step})


async def stepped(visitor: Visitor, step: str, *people: Person, **more: str) -> Page:
    """Do it, for a reason."""
    page = await confirmation(visitor, step, *people)
    boxes = {f"box.{name.replace('_', '-')}": value for name, value in more.items()}
    return await visitor.post(APPLY, {**page.form(APPLY).fields, "reason": "a new rule", **boxes})


async def state_of(world: World, person: Person) -> MfaState:
    return (await world.target(person.user.id)).person.account.mfa_state


@pytest.mark.both_engines
async def test_TR_02_TR_04_TR_05_TR_06_TR_10_every_transition_is_made_for_all_who_are_ticked(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin, noor = await world.person(phone=PHONE), await world.person("noor@contoso.test")
    await to_admin(visitor, world, kim)
    for step, state in (
        ("enable", MfaState.ENABLED),
        ("enforce", MfaState.ENFORCED),
        ("enable", MfaState.ENABLED),
        ("disable", MfaState.DISABLED),
        ("enforce", MfaState.ENFORCED),
        ("disable", MfaState.DISABLED),
    ):
        page = await stepped(visitor, step, robin, noor)
        assert "Done for 2 people" in page.text, page.text
        assert await state_of(world, robin) is state
        assert await state_of(world, noor) is state
    before = await world.store.audit.of_user(robin.user.id, most=50)
    assert sum(isinstance(one.event, MfaStateChanged) for one in before) == 6
    assert {one.event.reason for one in before if isinstance(one.event, MfaStateChanged)} == {
        "a new rule"
    }
    page = await stepped(visitor, "disable", robin)
    assert "as before" in page.text
    assert await world.store.audit.of_user(robin.user.id, most=50) == before
    assert len((await world.target(robin.user.id)).held) == 1, "methods and contact data stay"


async def test_ADM_04_the_boxes_are_done_in_any_mix(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin, noor = await world.person(phone=PHONE), await world.person("noor@contoso.test")
    await remembered(world, robin)
    await to_admin(visitor, world, kim)
    page = await stepped(visitor, "settings", robin)
    assert page.status == 400
    assert "Tick at least one; nothing was done." in page.text
    page = await stepped(visitor, "settings", robin, noor, browsers="on")
    assert "1 remembered browser forgotten" in page.text
    assert "app passwords" not in page.text  # an option that would do nothing is not offered
    assert is_signed_in(
        await by_text(another_visitor, world, start="/signin?return=/security-info")
    )
    page = await stepped(visitor, "settings", robin, noor, again="on", browsers="on")
    assert "Cleared: Phone +XX XXXXXXXX67" in page.text
    assert "Nothing was registered" in page.text
    assert (await another_visitor.open("/security-info")).path.startswith("/signin")
    assert (await world.target(robin.user.id)).held == []


async def test_RES_11_disabling_can_clear_the_contact_data_as_well(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    page = await stepped(visitor, "disable", robin, again="on")
    assert "Cleared: Phone" in page.text
    assert (await world.target(robin.user.id)).held == []


async def test_whom_a_role_does_not_reach_is_named_and_left_out(
    world: World, visitor: Visitor, new_visitor: object
) -> None:
    desk = await administrator(world, "desk@contoso.test", HELP_DESK_MFA)
    other = await administrator(world)
    robin = await world.person(phone=PHONE)
    page = await to_admin(visitor, world, desk)
    page = await visitor.open(ADDRESS)
    assert "Manage user settings" in page.text
    assert 'value="enforce"' not in page.html
    page = await confirmation(visitor, "settings", robin, other)
    assert "Your roles do not reach them" in page.text
    form = page.form(APPLY)
    forged = {**form.fields, f"user.{other.user.id}": "on", "box.again": "on", "reason": "x"}
    page = await visitor.post(APPLY, forged)
    assert "Done for 1 person" in page.text
    assert (await world.target(robin.user.id)).held == []
    assert len((await world.target(other.user.id)).held) == 1
    page = await visitor.post(APPLY, {**form.fields, "step": "enforce", "reason": "x"})
    assert "Done for 0 people" in page.text
    assert await state_of(world, robin) is MfaState.DISABLED


async def test_a_role_that_changes_nothing_here_says_so(world: World, visitor: Visitor) -> None:
    desk = await administrator(world, "desk@contoso.test", HELPDESK_ADMINISTRATOR)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, desk)
    page = await visitor.open(ADDRESS)
    assert "Your roles let you change nothing here." in page.text
    page = await visitor.open(f"/admin/users/{robin.user.id}")
    assert "XXXXXXXX" not in page.text, "methods are not for this role"
    assert "Reset password" in page.text
    assert "Lost or stolen phone" not in page.text
    for word in ("lost-device", "require-registration", "issue/temporaryAccessPass", "add/phone"):
        assert (await visitor.open(f"/admin/users/{robin.user.id}/{word}")).status == 404


async def test_nobody_ticked_and_no_such_step(world: World, visitor: Visitor) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    page = await confirmation(visitor, "enable")
    assert "Tick at least one person" in page.text
    page = await confirmation(visitor, "nonsense", robin)
    assert page.status == 400
    page = await confirmation(visitor, "enable", robin)
    page = await visitor.send(APPLY, reason=" ")
    assert page.status == 400
    assert "Type a reason" in page.text
    assert (await visitor.open(APPLY)).path == ADDRESS
