"""Deleting people, restoring and erasing them, judged by what opens for them afterwards."""

from datetime import timedelta

import pytest

from administration.conftest import Administrator, actor_of
from proofup.administration.delete_user import (
    delete_user,
    deleted_target,
    erase_user,
    every_deleted,
    restore_user,
)
from proofup.audit.events.accounts import UserDeleted, UserErased, UserRestored
from proofup.authentication.issuing import issue
from proofup.authentication.sessions import active_session
from proofup.directory.deleted_users import KEPT
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole, LastAdministratorError
from proofup.directory.users import Person
from proofup.methods.registered_methods import AddMethod
from proofup.policy.actor import Actor
from proofup.policy.roles import USER_ADMINISTRATOR
from proofup.values.errors import (
    NameTakenError,
    RevokedError,
    StaleError,
    UnknownUserError,
)
from proofup.values.ids import UserId
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"


async def deleted(world: World, actor: Actor) -> Person:
    """Add Robin with a phone and an app, and delete them."""
    robin = await world.person(phone="+44 7700 900067", apps=1)
    target = await world.target(robin.user.id)
    await world.carry_out(delete_user(actor, target, at=world.now))
    return robin


@pytest.mark.both_engines
async def test_a_deleted_user_opens_nothing_and_comes_back_with_the_phone_but_signed_out(
    world: World, administrator: Administrator
) -> None:
    robin = await world.person()
    actor, _ = await administrator()
    _, here = await world.with_password(ROBIN)
    token = (await issue(world.sign_in, here, at=world.now)).token.reveal()
    await world.store.commit(AddMethod(method=world.phone(robin.user.id, "+44 7700 900067")))
    target = await world.target(robin.user.id)
    await world.carry_out(delete_user(actor, target, at=world.now))
    assert await active_session(world.sign_in, token, at=world.now) is None
    assert await world.store.people.by_name(ROBIN) is None
    assert await world.store.people.by_id(robin.user.id) is None
    everybody = await world.store.people.page(after=None, most=9)
    assert robin.user.id not in [one.user.id for one in everybody]
    (kept,) = [one async for one in every_deleted(world.administration)]
    assert (kept.name, kept.deleted_at) == (ROBIN, world.now)
    assert kept.person.user.user_principal_name.endswith(ROBIN)
    gone = await deleted_target(world.administration, robin.user.id, at=world.now)
    user = await world.carry_out(restore_user(actor, gone, at=world.now))
    assert user.user_principal_name == ROBIN
    back = await world.target(robin.user.id)
    assert back.person.user == robin.user
    assert [one.slot for one in back.held] == ["phone.mobile"]
    assert await active_session(world.sign_in, token, at=world.now) is None
    await world.with_password(ROBIN)
    log = await world.store.audit.of_user(robin.user.id, most=9)
    events = [one.event for one in log]
    assert UserDeleted(name=ROBIN) in events
    assert UserRestored() in events
    with pytest.raises(UnknownUserError):
        await deleted_target(world.administration, robin.user.id, at=world.now)
    with pytest.raises(StaleError):
        await world.carry_out(restore_user(actor, gone, at=world.now))
    with pytest.raises((StaleError, RevokedError)):
        await world.carry_out(erase_user(actor, gone, at=world.now))
    assert await world.store.people.by_id(robin.user.id)


@pytest.mark.both_engines
async def test_an_erased_user_leaves_nothing_but_the_log(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    robin = await deleted(world, actor)
    gone = await deleted_target(world.administration, robin.user.id, at=world.now)
    await world.carry_out(erase_user(actor, gone, at=world.now))
    assert [one async for one in every_deleted(world.administration)] == []
    assert await world.store.methods.of_user(robin.user.id) == []
    log = await world.store.audit.of_user(robin.user.id, most=9)
    assert log[0].event == UserErased()
    await world.person()  # the name is free


@pytest.mark.both_engines
async def test_a_deleted_user_is_erased_after_thirty_days(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    await deleted(world, actor)
    await world.store.cleanup(world.now + KEPT - timedelta(seconds=1))
    assert len([one async for one in every_deleted(world.administration)]) == 1
    await world.store.cleanup(world.now + KEPT)
    assert [one async for one in every_deleted(world.administration)] == []


async def test_a_name_that_was_given_away_does_not_come_back(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    robin = await deleted(world, actor)
    await world.person()
    gone = await deleted_target(world.administration, robin.user.id, at=world.now)
    with pytest.raises(NameTakenError):
        await world.carry_out(restore_user(actor, gone, at=world.now))
    assert len([one async for one in every_deleted(world.administration)]) == 1


async def test_AD4_the_last_global_administrator_is_not_deleted(world: World) -> None:
    top = await world.person("top@contoso.test")
    await world.store.commit(AssignRole(user_id=top.user.id, role=GLOBAL_ADMINISTRATOR))
    act = delete_user(world.host, await world.target(top.user.id), at=world.now)
    with pytest.raises(LastAdministratorError):
        await world.carry_out(act)
    assert await world.store.people.by_id(top.user.id)


async def test_a_deleted_administrator_is_restored_by_their_rank_alone(
    world: World, administrator: Administrator
) -> None:
    robin = await world.person()
    await world.store.commit(AssignRole(user_id=robin.user.id, role=GLOBAL_ADMINISTRATOR))
    top, _ = await administrator()
    await world.carry_out(delete_user(top, await world.target(robin.user.id), at=world.now))
    person = await world.person("lower@contoso.test", mail=None)
    lower = actor_of(world, person, USER_ADMINISTRATOR)
    gone = await deleted_target(world.administration, robin.user.id, at=world.now)
    for act in (restore_user, erase_user):
        with pytest.raises(UnknownUserError):
            act(lower, gone, at=world.now)
    with pytest.raises(UnknownUserError):
        delete_user(top, await world.target(UserId(top.id)), at=world.now)
