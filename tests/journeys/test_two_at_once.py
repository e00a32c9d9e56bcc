"""Two at once on one person, through the pages: a clear answer to each, and nothing half done."""

from asyncio import gather
from functools import partial

import pytest

from journeys.administrators import administrator, to_admin
from journeys.conftest import NewVisitor
from journeys.steps import NEW_PHONE, PHONE, by_text, mails, to_confirmation
from proofup.audit.events.methods import MethodsReset
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.policy.roles import HELP_DESK_MFA
from proofup.storage.statements import touched
from visitor import Visitor
from world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]
UNROLED = "DELETE FROM role_assignments WHERE user_id = ?"


async def test_of_two_administrators_with_one_dialog_open_one_resets_the_person(
    world: World, new_visitor: NewVisitor
) -> None:
    robin = await world.person(phone=PHONE)
    address = f"/admin/users/{robin.user.id}/lost-device"
    desks: list[Visitor] = []
    for name in ("kim@contoso.test", "lee@contoso.test"):
        desk = new_visitor()
        await to_admin(desk, world, await administrator(world, name, HELP_DESK_MFA))
        await desk.open(address)
        desks.append(desk)
    await world.sent()
    pages = await gather(*(desk.send(address, reason="stolen") for desk in desks))
    late, done = sorted(pages, key=lambda page: page.status, reverse=True)
    assert (done.status, late.status) == (200, 409)
    assert "The lost phone opens nothing now" in done.text
    assert "This was changed elsewhere" in late.text
    told = await world.store.audit.of_user(robin.user.id, most=50)
    assert sum(isinstance(one.event, MethodsReset) for one in told) == 1
    assert len([one for one in await mails(world) if one.template == "methods-reset"]) == 1


@pytest.mark.parametrize("word", ["lost-device", "reset-password", "revoke-sessions"])
async def test_AD3_who_loses_the_role_while_a_dialog_is_open_does_nothing(
    world: World, visitor: Visitor, word: str
) -> None:
    kim, robin = await administrator(world), await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    address = f"/admin/users/{robin.user.id}/{word}"
    await visitor.open(address)
    before = await world.target(robin.user.id)
    await world.store.engine.write(partial(touched, UNROLED, kim.user.id))
    page = await visitor.send(address, reason="too late")
    assert page.status == 404
    assert await world.target(robin.user.id) == before


async def test_AD3_who_gets_a_lesser_role_while_a_dialog_is_open_does_nothing(
    world: World, visitor: Visitor
) -> None:
    kim, robin = await administrator(world), await world.person(phone=PHONE)
    await world.store.commit(AssignRole(user_id=robin.user.id, role=GLOBAL_ADMINISTRATOR))
    await to_admin(visitor, world, kim)
    address = f"/admin/users/{robin.user.id}/lost-device"
    await visitor.open(address)
    await world.store.engine.write(partial(touched, UNROLED, kim.user.id))
    await world.store.commit(AssignRole(user_id=kim.user.id, role=HELP_DESK_MFA))
    page = await visitor.send(address, reason="no longer of that rank")
    assert page.status == 404
    assert len((await world.target(robin.user.id)).held) == 1


async def test_who_is_reset_while_changing_the_phone_has_to_sign_in_again(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim, robin = await administrator(world), await world.person(phone=PHONE)
    await by_text(another_visitor, world)
    confirming = await to_confirmation(another_visitor)
    code = await world.texted_code()
    await to_admin(visitor, world, kim)
    address = f"/admin/users/{robin.user.id}/require-registration"
    await visitor.open(address)
    reset = await visitor.send(address, reason="stolen")
    assert reset.status == 200, reset.text
    page = await another_visitor.send(confirming.path, code=code)
    assert page.path.startswith("/signin"), page.text
    assert (await world.target(robin.user.id)).held == []


async def test_a_change_of_the_phone_and_a_reset_at_once_leave_the_old_number_nowhere(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim, robin = await administrator(world), await world.person(phone=PHONE)
    await by_text(another_visitor, world)
    confirming = await to_confirmation(another_visitor)
    code = await world.texted_code()
    await to_admin(visitor, world, kim)
    address = f"/admin/users/{robin.user.id}/require-registration"
    await visitor.open(address)
    reset, changed = await gather(
        visitor.send(address, reason="stolen"), another_visitor.send(confirming.path, code=code)
    )
    held = (await world.target(robin.user.id)).held
    described = [world.catalogue.describe(one).masked for one in held]
    if reset.status == 200:
        # Either nobody is signed in any more, or the page says that the change is over.
        assert changed.path.startswith("/signin") or changed.status == 409
        assert described == []
    else:
        assert reset.status == 409
        assert "This was changed elsewhere" in reset.text
        assert [one[-2:] for one in described] == [NEW_PHONE[-2:]]
