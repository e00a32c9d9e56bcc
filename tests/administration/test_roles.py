"""Roles given and taken, units, and roles made here, judged by what their holders then may do."""

from asyncio import gather
from datetime import timedelta

import pytest
from msgspec.structs import replace

from administration.conftest import Administrator, acting, actor_of
from proofup.administration.add_member import add_member
from proofup.administration.assign_role import EndsAlreadyError, NotForUnitsError, assign_role
from proofup.administration.change_role import change_role
from proofup.administration.create_role import BadPermissionError, create_role
from proofup.administration.create_unit import create_unit
from proofup.administration.delete_role import delete_role
from proofup.administration.delete_unit import delete_unit
from proofup.administration.display_name import LONGEST, InvalidDisplayNameError
from proofup.administration.finding_roles import (
    BuiltInRoleError,
    NamedRole,
    UnknownRoleError,
    UnknownUnitError,
    find_custom_role,
    find_role,
    find_unit,
    named_roles,
)
from proofup.administration.lost_device import lost_device
from proofup.administration.remove_member import remove_member
from proofup.administration.remove_role import RoleNotHeldError, remove_role
from proofup.administration.reset_methods import reset_methods
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.audit.events.roles import RoleAssigned, RoleRemoved, UnitMemberAdded, UnitMemberRemoved
from proofup.directory.roles import (
    GLOBAL_ADMINISTRATOR,
    Assignment,
    AssignRole,
    LastAdministratorError,
    NameInUseError,
    StillHeldError,
)
from proofup.directory.units import Unit
from proofup.policy.actor import Actor
from proofup.policy.roles import (
    HELP_DESK_MFA,
    HIGHEST,
    PRIVILEGED_ROLE_ADMINISTRATOR,
    ROLES,
)
from proofup.values.errors import NotPermittedError, RevokedError, StaleError, UnknownUserError
from proofup.values.ids import UserId
from world import World

pytestmark = pytest.mark.anyio
GLOBAL, DESK = ROLES[GLOBAL_ADMINISTRATOR], ROLES[HELP_DESK_MFA]
LOST = "The phone was lost"


async def resets(world: World, actor: Actor, user_id: UserId) -> None:
    """Let ``actor`` reset the methods of a person."""
    target = await world.target(user_id)
    await world.carry_out(reset_methods(world.administration, actor, target, LOST, at=world.now))


async def unit_with(world: World, *members: UserId) -> Unit:
    unit = await world.carry_out(
        create_unit(world.administration, world.host, "North", at=world.now)
    )
    for one in members:
        act = add_member(world.host, await world.target(one), unit, at=world.now)
        assert await world.carry_out(act)
    return unit


async def test_SCO_01_the_help_desk_resets_methods_without_a_global_administrator(
    world: World, administrator: Administrator
) -> None:
    actor, ada = await administrator()
    robin, noor = await world.person(apps=1), await world.person("noor@contoso.test", mail=None)
    target = await world.target(noor.user.id)
    await world.carry_out(assign_role(actor, target, DESK, at=world.now))
    desk = await acting(world, noor)
    await resets(world, desk, robin.user.id)
    assert await world.store.methods.of_user(robin.user.id) == []
    with pytest.raises(UnknownUserError):
        await resets(world, desk, ada.user.id)
    (entry,) = await world.store.audit.of_user(noor.user.id, most=1)
    assert entry.event == RoleAssigned(role=HELP_DESK_MFA, name="Help desk (MFA)")
    assert entry.actor == actor.id


async def test_a_role_for_some_days_counts_until_its_end(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    robin, noor = await world.person(apps=1), await world.person("noor@contoso.test", mail=None)
    until = world.now + timedelta(days=2)
    target = await world.target(noor.user.id)
    await world.carry_out(assign_role(actor, target, DESK, until=until, at=world.now))
    await resets(world, await acting(world, noor), robin.user.id)
    begun = reset_methods(
        world.administration,
        await acting(world, noor),
        await world.target(robin.user.id),
        LOST,
        at=world.now,
    )
    world.later(days=2)
    with pytest.raises(UnknownUserError):
        await resets(world, await acting(world, noor), robin.user.id)
    assert not (await world.target(noor.user.id)).person.account.is_administrator(world.now)
    await world.carry_out(begun)  # it was allowed when it was begun, and nothing has changed since
    with pytest.raises(EndsAlreadyError):
        assign_role(world.host, target, DESK, until=world.now, at=world.now)


async def test_SCO_02_and_04_a_role_for_a_unit_acts_on_its_members_without_a_role(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    robin, sam = await world.person(), await world.person("sam@contoso.test", mail=None)
    noor = await world.person("noor@contoso.test", mail=None)
    mia = await world.person("mia@contoso.test", mail=None)
    unit = await unit_with(world, robin.user.id, mia.user.id)
    for whom, given_unit in ((noor, unit), (mia, None)):
        target = await world.target(whom.user.id)
        await world.carry_out(assign_role(actor, target, DESK, unit=given_unit, at=world.now))
    desk = await acting(world, noor)
    await resets(world, desk, robin.user.id)
    for out_of_reach in (sam, mia):
        with pytest.raises(UnknownUserError):
            await resets(world, desk, out_of_reach.user.id)
    target = await world.target(robin.user.id)
    begun = revoke_sessions(world.administration, desk, target, at=world.now)
    assert await world.carry_out(remove_member(world.host, target, unit, at=world.now))
    with pytest.raises(StaleError):
        await world.carry_out(begun)
    with pytest.raises(UnknownUserError):
        await resets(world, desk, robin.user.id)
    events = [one.event for one in await world.store.audit.of_user(robin.user.id, most=9)]
    for event in (UnitMemberAdded, UnitMemberRemoved):
        assert event(unit=unit.id, name="North", command="a command") in events


async def test_roles_are_named_with_their_unit_and_their_end(world: World) -> None:
    robin = await world.person()
    unit, until = await unit_with(world), world.now + timedelta(days=2)
    for act in (
        assign_role(world.host, await world.target(robin.user.id), DESK, until=until, at=world.now),
        assign_role(world.host, await world.target(robin.user.id), DESK, unit=unit, at=world.now),
    ):
        await world.carry_out(act)
    await world.store.commit(AssignRole(user_id=robin.user.id, role="a role of a later version"))
    held = (await world.target(robin.user.id)).roles
    assert await named_roles(world.administration, held) == [
        NamedRole(role=DESK.id, name=DESK.name, unit_id=None, unit=None, until=until),
        NamedRole(role=DESK.id, name=DESK.name, unit_id=unit.id, unit="North", until=None),
        NamedRole(
            role="a role of a later version",
            name="a role of a later version",
            unit_id=None,
            unit=None,
            until=None,
        ),
    ]


async def test_a_lost_device_takes_more_along_only_with_the_right_to_delete_it(
    world: World,
) -> None:
    robin, noor = await world.person(apps=1), await world.person("noor@contoso.test", mail=None)
    role = await world.carry_out(
        create_role(world.administration, world.host, "Resets", ["resetMethods"], at=world.now)
    )
    target = await world.target(noor.user.id)
    await world.carry_out(assign_role(world.host, target, role, at=world.now))
    actor, target = await acting(world, noor), await world.target(robin.user.id)
    assert await lost_device(world.administration, actor, target, LOST, at=world.now)
    also = [one.id for one in target.held]
    with pytest.raises(UnknownUserError):
        await lost_device(world.administration, actor, target, LOST, also=also, at=world.now)


async def test_a_role_for_the_whole_organisation_is_for_no_unit(world: World) -> None:
    robin = await world.person()
    unit, target = await unit_with(world), await world.target(robin.user.id)
    with pytest.raises(NotForUnitsError):
        assign_role(world.host, target, GLOBAL, unit=unit, at=world.now)


async def test_members_who_are_there_or_not_stay_so(world: World) -> None:
    robin = await world.person()
    unit = await unit_with(world)
    target = await world.target(robin.user.id)
    assert not await world.carry_out(remove_member(world.host, target, unit, at=world.now))
    twice = [add_member(world.host, target, unit, at=world.now) for _ in range(2)]
    assert await world.carry_out(twice[0])
    with pytest.raises(StaleError):
        await world.carry_out(twice[1])
    again = add_member(world.host, await world.target(robin.user.id), unit, at=world.now)
    assert not await world.carry_out(again)


async def test_SCO_05_a_role_made_here_permits_what_it_names_on_people_without_a_role(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    robin, noor = await world.person(), await world.person("noor@contoso.test", mail=None)
    words = ["readUsers", "revokeSessions"]
    role = await world.carry_out(
        create_role(world.administration, actor, " Night  desk ", words, at=world.now)
    )
    assert await find_role(world.administration, "night desk") == role
    target = await world.target(noor.user.id)
    await world.carry_out(assign_role(actor, target, role, at=world.now))
    made = await acting(world, noor)
    target = await world.target(robin.user.id)
    await world.carry_out(revoke_sessions(world.administration, made, target, at=world.now))
    with pytest.raises(UnknownUserError):
        await resets(world, made, robin.user.id)
    with pytest.raises(UnknownUserError):
        revoke_sessions(
            world.administration, made, await world.target(UserId(actor.id)), at=world.now
        )
    with pytest.raises(StillHeldError):
        await world.carry_out(delete_role(actor, role, at=world.now))
    target = await world.target(noor.user.id)
    await world.carry_out(remove_role(actor, target, role, at=world.now))
    await world.carry_out(delete_role(actor, role, at=world.now))
    with pytest.raises(StaleError):
        await world.carry_out(
            assign_role(actor, await world.target(noor.user.id), role, at=world.now)
        )
    with pytest.raises(UnknownRoleError):
        await find_role(world.administration, role.id)


@pytest.mark.parametrize("word", ["assignRoles", "manageUnits", "ResetMethods", ""])
async def test_AD4_a_role_made_here_leads_to_no_higher_one(world: World, word: str) -> None:
    with pytest.raises(BadPermissionError):
        create_role(world.administration, world.host, "Mine", ["readUsers", word], at=world.now)


@pytest.mark.parametrize("name", ["", " ", "x" * (LONGEST + 1), "left\u202eright"])
async def test_a_role_or_unit_has_a_name_that_can_be_read(world: World, name: str) -> None:
    with pytest.raises(InvalidDisplayNameError):
        create_role(world.administration, world.host, name, ["readUsers"], at=world.now)
    with pytest.raises(InvalidDisplayNameError):
        create_unit(world.administration, world.host, name, at=world.now)


async def test_names_are_there_once(world: World) -> None:
    await unit_with(world)
    with pytest.raises(NameInUseError):
        await world.carry_out(create_unit(world.administration, world.host, "NORTH", at=world.now))
    with pytest.raises(NameInUseError):
        create_role(world.administration, world.host, "help desk (mfa)", ["invite"], at=world.now)
    with pytest.raises(BuiltInRoleError):
        delete_role(world.host, DESK, at=world.now)
    with pytest.raises(UnknownUnitError):
        await find_unit(world.administration, "South")


async def test_a_unit_without_a_role_for_it_can_go(world: World) -> None:
    robin = await world.person()
    unit = await unit_with(world, robin.user.id)
    target = await world.target(robin.user.id)
    await world.carry_out(assign_role(world.host, target, DESK, unit=unit, at=world.now))
    with pytest.raises(StillHeldError):
        await world.carry_out(delete_unit(world.host, unit, at=world.now))
    target = await world.target(robin.user.id)
    with pytest.raises(RoleNotHeldError):
        remove_role(world.host, target, DESK, at=world.now)  # it is not held for everybody
    await world.carry_out(remove_role(world.host, target, DESK, unit=unit, at=world.now))
    (entry,) = await world.store.audit.of_user(robin.user.id, most=1)
    removed = RoleRemoved(
        role=HELP_DESK_MFA, name="Help desk (MFA)", unit=unit.id, command="a command"
    )
    assert entry.event == removed
    await world.carry_out(delete_unit(world.host, unit, at=world.now))
    assert (await world.target(robin.user.id)).units == frozenset()


@pytest.mark.parametrize("role", sorted(HIGHEST))
async def test_AD4_only_a_global_administrator_gives_and_takes_the_highest_roles(
    world: World, administrator: Administrator, role: str
) -> None:
    actor, _ = await administrator()
    robin, noor = await world.person(), await world.person("noor@contoso.test", mail=None)
    lower = actor_of(world, noor, PRIVILEGED_ROLE_ADMINISTRATOR)
    target = await world.target(robin.user.id)
    with pytest.raises(NotPermittedError):
        assign_role(lower, target, ROLES[role], at=world.now)
    await world.carry_out(assign_role(actor, target, ROLES[role], at=world.now))
    target = await world.target(robin.user.id)
    with pytest.raises(NotPermittedError):
        remove_role(lower, target, ROLES[role], at=world.now)
    await world.carry_out(remove_role(actor, target, ROLES[role], at=world.now))
    assert (await world.target(robin.user.id)).roles == frozenset()


async def test_AD4_nobody_raises_themselves(world: World, administrator: Administrator) -> None:
    actor, ada = await administrator()
    target = await world.target(ada.user.id)
    with pytest.raises(UnknownUserError):
        assign_role(actor, target, DESK, at=world.now)
    with pytest.raises(UnknownUserError):
        remove_role(actor, target, GLOBAL, at=world.now)


async def test_AD4_the_last_global_administrator_keeps_the_role(
    world: World, administrator: Administrator
) -> None:
    _, ada = await administrator()
    target, later = await world.target(ada.user.id), world.now + timedelta(days=1)
    for act in (
        remove_role(world.host, target, GLOBAL, at=world.now),
        assign_role(world.host, target, GLOBAL, until=later, at=world.now),
    ):
        with pytest.raises(LastAdministratorError):
            await world.carry_out(act)
    assert (await world.target(ada.user.id)).roles == target.roles
    await administrator()
    await world.carry_out(remove_role(world.host, target, GLOBAL, at=world.now))


@pytest.mark.both_engines
async def test_AD4_two_administrators_take_each_others_role(
    world: World, administrator: Administrator
) -> None:
    (first, ada), (second, bob) = await administrator(), await administrator()
    acts = [
        remove_role(actor, await world.target(whom.user.id), GLOBAL, at=world.now)
        for actor, whom in ((first, bob), (second, ada))
    ]
    answers = await gather(*map(world.carry_out, acts), return_exceptions=True)
    assert sorted(map(repr, answers)) == ["None", "StaleError()"], "one of them is left"


@pytest.mark.both_engines
async def test_AD4_of_the_last_two_one_is_disabled_while_the_other_loses_the_role(
    world: World, administrator: Administrator
) -> None:
    (_, ada), (_, bob) = await administrator(), await administrator()
    target = await world.target(ada.user.id)
    acts = (
        set_account_enabled(world.host, target, enabled=False, at=world.now),
        remove_role(world.host, await world.target(bob.user.id), GLOBAL, at=world.now),
    )
    answers = await gather(*map(world.carry_out, acts), return_exceptions=True)
    assert sorted(map(repr, answers)) == ["LastAdministratorError()", "None"]


@pytest.mark.both_engines
async def test_AD3_an_administrator_who_loses_the_role_meanwhile_has_done_nothing(
    world: World, administrator: Administrator
) -> None:
    robin = await world.person(apps=1)
    actor, ada = await administrator()
    await administrator()
    begun = reset_methods(
        world.administration, actor, await world.target(robin.user.id), LOST, at=world.now
    )
    lost = remove_role(world.host, await world.target(ada.user.id), GLOBAL, at=world.now)
    await world.carry_out(lost)
    with pytest.raises(StaleError):
        await world.carry_out(begun)
    assert len(await world.store.methods.of_user(robin.user.id)) == 1
    assert await world.store.audit.of_user(robin.user.id, most=9) == []


@pytest.mark.both_engines
async def test_AD3_two_administrators_reset_one_person(
    world: World, administrator: Administrator
) -> None:
    robin = await world.person(apps=1)
    target = await world.target(robin.user.id)
    acts = [
        reset_methods(world.administration, (await administrator())[0], target, LOST, at=world.now)
        for _ in range(2)
    ]
    answers = await gather(*map(world.carry_out, acts), return_exceptions=True)
    done = [one for one in answers if not isinstance(one, BaseException)]
    failed = [one for one in answers if isinstance(one, BaseException)]
    assert (len(done), len(failed)) == (1, 1)
    assert isinstance(failed[0], (StaleError, RevokedError))
    assert len(await world.store.audit.of_user(robin.user.id, most=9)) == 1


async def test_AD4_a_custom_role_is_changed_for_its_holders_and_never_by_one_of_them(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    robin, noor = await world.person(apps=1), await world.person("noor@contoso.test", mail=None)
    ports = world.administration
    made = await world.carry_out(create_role(ports, actor, "Desk", ["readUsers"], at=world.now))
    act = assign_role(actor, await world.target(noor.user.id), made, at=world.now)
    await world.carry_out(act)
    with pytest.raises(UnknownUserError):
        await resets(world, await acting(world, noor), robin.user.id)
    was = await find_custom_role(ports, "desk")
    now = replace(was, name=" Night  desk", permissions=frozenset({"resetMethods"}))
    changed = await world.carry_out(change_role(actor, was, now, at=world.now))
    assert (changed.id, changed.name) == (made.id, "Night desk")
    await resets(world, await acting(world, noor), robin.user.id)
    held = frozenset({*actor.roles, Assignment(role=was.id)})
    with pytest.raises(NotPermittedError):
        change_role(replace(actor, roles=held), was, now, at=world.now)
    with pytest.raises(NotPermittedError):
        change_role(await acting(world, noor), was, now, at=world.now)
    for bad, error in (
        (replace(was, name="global administrator"), NameInUseError),
        (replace(was, name=""), InvalidDisplayNameError),
        (replace(was, permissions=frozenset({"assignRoles"})), BadPermissionError),
    ):
        with pytest.raises(error):
            change_role(actor, was, bad, at=world.now)
    with pytest.raises(StaleError):
        await world.carry_out(change_role(actor, was, now, at=world.now))
    with pytest.raises(BuiltInRoleError):
        await find_custom_role(ports, "Global Administrator")
    with pytest.raises(UnknownRoleError):
        await find_custom_role(ports, "nothing")
    with pytest.raises(NameInUseError):
        create_role(ports, actor, "x", ["readUsers"], role_id=GLOBAL.id, at=world.now)
