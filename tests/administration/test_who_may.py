"""Every act, by whoever may not and by whoever lost the right meanwhile: refused, nothing done."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from msgspec.structs import replace

from administration.conftest import Administrator
from methods.authenticator import Authenticator
from methods.test_hardware_oath import token
from planted import KIND, WITH_PASS
from proofup import administration
from proofup.administration.add_method_for import add_method_for
from proofup.administration.assign_role import assign_role
from proofup.administration.block_proofs import block_proofs
from proofup.administration.change_method_for import change_method_for
from proofup.administration.delete_app_passwords import delete_app_passwords
from proofup.administration.delete_method import delete_method
from proofup.administration.delete_user import delete_user
from proofup.administration.export_users import export_users
from proofup.administration.force_password_change import force_password_change
from proofup.administration.forget_browsers import forget_browsers
from proofup.administration.invite import invite
from proofup.administration.invite_address import invite_again
from proofup.administration.invite_guest import Guest
from proofup.administration.issue_method import issue_method
from proofup.administration.lost_device import lost_device
from proofup.administration.oath_tokens import give_token
from proofup.administration.planned import Planned
from proofup.administration.provision_method import ask_device, provision_method
from proofup.administration.release_changes import release_changes
from proofup.administration.remove_role import remove_role
from proofup.administration.rename_method_for import rename_method_for
from proofup.administration.reset_methods import reset_methods
from proofup.administration.reset_password import reset_password
from proofup.administration.revoke_invitation import revoke_invitation
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.administration.set_default_for import set_default_for
from proofup.administration.set_mfa_state import set_mfa_state
from proofup.administration.unblock_proofs import unblock_proofs
from proofup.directory.app_passwords import AddAppPassword, AppPassword, Digest
from proofup.directory.devices import Device, RememberDevice
from proofup.directory.invitations import Invitation, OpenInvitation
from proofup.directory.passwords import ForcedChange
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import HoldChanges, MfaState, Person, RaiseEpoch, UserType
from proofup.methods.fido2 import KIND as FIDO2
from proofup.methods.phone import KIND as PHONE
from proofup.methods.phone import MOBILE
from proofup.policy.actor import Actor
from proofup.policy.roles import DIRECTORY_READERS, HELP_DESK_MFA, ROLES
from proofup.policy.rules import Policy, SetPolicy
from proofup.policy.target import Target
from proofup.values.errors import NotPermittedError, RevokedError, StaleError, UnknownUserError
from proofup.values.ids import AppPasswordId, DeviceId, MethodId, UserId
from proofup.values.secret import Secret
from proofup.values.ways import Way
from world import HOME, World

pytestmark = pytest.mark.anyio
WHY = "The phone was stolen"

Act: TypeAlias = Callable[[World, Actor, Target], Awaitable[Planned[Any]]]


async def blocks(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return block_proofs(actor, target, WHY, at=world.now)


async def unblocks(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return unblock_proofs(actor, target, WHY, at=world.now)


async def invites(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return invite(world.administration, actor, target, by_mail=True, at=world.now)


async def invites_guest(world: World, actor: Actor, target: Target) -> Planned[Any]:
    user = replace(target.person.user, user_type=UserType.GUEST)
    there = replace(target, person=Person(user, target.person.account))
    told = Guest(name="Robin", mail="robin@example.org")
    return invite_again(world.administration, actor, there, told, at=world.now)


async def takes_back(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return revoke_invitation(actor, target, at=world.now)


async def releases(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return release_changes(actor, target, at=world.now)


async def resets_methods(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return reset_methods(world.administration, actor, target, WHY, at=world.now)


async def resets_password(world: World, actor: Actor, target: Target) -> Planned[Any]:
    new = Secret("a mended umbrella stand")
    return await reset_password(world.administration, actor, target, new, at=world.now)


async def forces_change(world: World, actor: Actor, target: Target) -> Planned[Any]:
    forced = ForcedChange.NEXT_SIGN_IN
    return force_password_change(world.administration, actor, target, forced, at=world.now)


async def disables(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return set_account_enabled(actor, target, enabled=False, at=world.now)


async def sets_mfa_state(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return set_mfa_state(actor, target, MfaState.ENFORCED, at=world.now)


async def issues_method(world: World, actor: Actor, target: Target) -> Planned[Any]:
    room = replace(world.room, catalogue=WITH_PASS)
    ports = replace(world.administration, room=room)
    return await issue_method(ports, actor, target, KIND, {}, at=world.now)


async def adds_method(world: World, actor: Actor, target: Target) -> Planned[Any]:
    typed = {"number": "+44 7700 900067", "extension": ""}
    return await add_method_for(
        world.administration, actor, target, PHONE, typed, slot=MOBILE, at=world.now
    )


async def gives_token(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return give_token(world.administration, actor, target, token(), {}, at=world.now)


async def deletes_method(world: World, actor: Actor, target: Target) -> Planned[Any]:
    method_id = next((one.id for one in target.held), MethodId("none"))
    return delete_method(world.administration, actor, target, method_id, at=world.now)


async def deletes_user(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return delete_user(actor, target, at=world.now)


async def sets_default(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return set_default_for(world.administration, actor, target, Way("oath"), at=world.now)


async def declares_lost(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return await lost_device(world.administration, actor, target, WHY, at=world.now)


async def assigns_role(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return assign_role(actor, target, ROLES[HELP_DESK_MFA], at=world.now)


async def removes_role(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return remove_role(actor, target, ROLES[DIRECTORY_READERS], at=world.now)


async def revokes(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return revoke_sessions(world.administration, actor, target, at=world.now)


async def forgets(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return await forget_browsers(world.administration, actor, target, at=world.now)


async def deletes_app_passwords(world: World, actor: Actor, target: Target) -> Planned[Any]:
    return await delete_app_passwords(world.administration, actor, target, at=world.now)


async def changes_method(world: World, actor: Actor, target: Target) -> Planned[Any]:
    phone = next((one for one in target.held if one.kind == "phone"), None)
    held = phone or world.phone(target.person.user.id, "+44 7700 900067")
    typed = {"number": "+44 7700 900099", "way": "voiceMobile"}
    return change_method_for(world.administration, actor, target, held, typed, at=world.now)


async def provisions(world: World, actor: Actor, target: Target) -> Planned[Any]:
    ports, lifetime = world.administration, timedelta(minutes=5)
    asking = ask_device(ports, world.host, target, FIDO2, lifetime=lifetime, at=world.now)
    answer = Authenticator().create((await world.carry_out(asking)).options)
    return await provision_method(
        ports, actor, target, FIDO2, name="Blue key", answer=answer, at=world.now
    )


async def renames(world: World, actor: Actor, target: Target) -> Planned[Any]:
    held = next(iter(target.held), None) or world.app(target.person.user.id, "oath.1")
    return rename_method_for(world.administration, actor, target, held, "Red", at=world.now)


BY_MODULE: dict[str, Act] = {
    "add_method_for": adds_method,
    "oath_tokens": gives_token,
    "assign_role": assigns_role,
    "block_proofs": blocks,
    "change_method_for": changes_method,
    "delete_app_passwords": deletes_app_passwords,
    "delete_method": deletes_method,
    "delete_user": deletes_user,
    "force_password_change": forces_change,
    "forget_browsers": forgets,
    "invite": invites,
    "invite_address": invites_guest,
    "issue_method": issues_method,
    "lost_device": declares_lost,
    "provision_method": provisions,
    "release_changes": releases,
    "remove_role": removes_role,
    "rename_method_for": renames,
    "reset_methods": resets_methods,
    "reset_password": resets_password,
    "revoke_invitation": takes_back,
    "revoke_sessions": revokes,
    "set_account_enabled": disables,
    "set_default_for": sets_default,
    "set_mfa_state": sets_mfa_state,
    "unblock_proofs": unblocks,
}
ACTS = tuple(BY_MODULE.values())
WEAKENING = tuple(one for one in ACTS if one not in {revokes, forgets})
ON_A_PERSON = re.compile(r"permitted\(actor, Permission\.\w+, target")


async def robin_for(world: World, act: Act) -> Person:
    """Return somebody to whom ``act`` does something."""
    phone = "+44 7700 900067" if act is changes_method else None
    robin = await world.person(phone=phone, apps=0 if phone or act is invites else 1)
    user_id = robin.user.id
    if act is removes_role:
        await world.store.commit(AssignRole(user_id=user_id, role=DIRECTORY_READERS))
    if act is takes_back:
        ends_at = world.now + timedelta(days=7)
        new = Invitation(
            token_digest=b"i", user_id=user_id, mail=None, made_at=world.now, expires_at=ends_at
        )
        await world.store.commit(OpenInvitation(invitation=new))
    if act is deletes_app_passwords:
        mail_program = AppPassword(
            id=AppPasswordId("a"),
            user_id=user_id,
            name="mail",
            digest=Digest("key", b""),
            created_at=world.now,
        )
        await world.store.commit(AddAppPassword(new=mail_program))
    if act is forgets:
        await world.store.commit(
            SetPolicy(policy=Policy(remember_days=9)),
            RememberDevice(
                device=Device(
                    id=DeviceId("d"),
                    user_id=user_id,
                    epoch=robin.account.epoch,
                    secret_digest=b"",
                    former_digest=None,
                    rotated_at=world.now,
                    remembered_at=world.now,
                    last_used_at=world.now,
                    client=HOME,
                )
            ),
        )
    return robin


def test_AD2_every_act_on_a_person_is_asked_of_everybody_here() -> None:
    modules = Path(administration.__path__[0]).glob("*.py")
    found = {one.stem for one in modules if ON_A_PERSON.search(one.read_text(encoding="utf-8"))}
    assert found == BY_MODULE.keys() | {"check_caller"}  # which changes nothing of the person


async def entries(world: World, target: Target) -> int:
    return len(await world.store.audit.of_user(target.person.user.id, most=99))


@pytest.mark.parametrize("act", ACTS)
async def test_AD2_an_administrator_acts_on_others_and_the_log_says_who(
    world: World, administrator: Administrator, act: Act
) -> None:
    actor, _ = await administrator()
    robin = await robin_for(world, act)
    await world.store.commit(HoldChanges(user_id=robin.user.id, since=world.now))
    target = await world.target(robin.user.id)
    await world.carry_out(await act(world, actor, target))
    entries = await world.store.audit.of_user(robin.user.id, most=99)
    assert entries
    for entry in entries:
        assert (entry.actor, entry.network, entry.succeeded) == (actor.id, "203.0.113.24", True)
        assert "command" not in entry.event.facts


@pytest.mark.parametrize("act", ACTS)
async def test_AD2_whoever_may_not_is_told_that_there_is_no_such_user(
    world: World, nobody: Actor, act: Act
) -> None:
    target = await world.target((await robin_for(world, act)).user.id)
    with pytest.raises(UnknownUserError):
        await act(world, nobody, target)


@pytest.mark.parametrize("act", WEAKENING)
async def test_RES_14_nobody_weakens_their_own_proofs_as_an_administrator(
    world: World, administrator: Administrator, act: Act
) -> None:
    actor, ada = await administrator()
    with pytest.raises(UnknownUserError):
        await act(world, actor, await world.target(ada.user.id))


async def test_administrators_sign_themselves_out(
    world: World, administrator: Administrator
) -> None:
    actor, ada = await administrator()
    await world.carry_out(
        revoke_sessions(world.administration, actor, await world.target(ada.user.id), at=world.now)
    )
    after = await world.target(ada.user.id)
    assert after.person.account.epoch == ada.account.epoch + 1


@pytest.mark.parametrize("act", ACTS)
async def test_AD3_rights_that_are_lost_meanwhile_count_no_more(
    world: World, administrator: Administrator, act: Act
) -> None:
    actor, ada = await administrator()
    target = await world.target((await robin_for(world, act)).user.id)
    planned = await act(world, actor, target)
    await world.store.commit(RaiseEpoch(user_id=ada.user.id))
    with pytest.raises(RevokedError):
        await world.carry_out(planned)
    assert await entries(world, target) == 0
    assert (await world.target(target.person.user.id)).person == target.person


@pytest.mark.parametrize("act", ACTS)
async def test_AD3_a_target_who_gets_a_role_meanwhile_is_looked_at_again(
    world: World, administrator: Administrator, act: Act
) -> None:
    actor, _ = await administrator()
    target = await world.target((await robin_for(world, act)).user.id)
    planned = await act(world, actor, target)
    user_id = target.person.user.id
    await world.store.commit(AssignRole(user_id=user_id, role=GLOBAL_ADMINISTRATOR))
    with pytest.raises(StaleError):
        await world.carry_out(planned)
    assert await entries(world, target) == 0


async def test_what_is_about_nobody_is_refused_as_such(world: World, nobody: Actor) -> None:
    with pytest.raises(NotPermittedError):
        export_users(nobody, "people.csv", "whole", at=world.now)


async def test_an_act_on_somebody_who_is_not_there_is_refused(world: World) -> None:
    with pytest.raises(UnknownUserError):
        await world.target(UserId("00000000-0000-4000-8000-000000000000"))
