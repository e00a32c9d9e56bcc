"""Confirming: the candidate answers, and takes its place in the same write."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from proofup.audit.events.methods import MethodAdded, MethodReplaced
from proofup.challenges.answer import Judged, Written, count_try, judge, write
from proofup.challenges.outcome import Refusal, Refused, Waiting
from proofup.directory.invitations import Invitation, SpendInvitation
from proofup.directory.users import RaiseEpoch, RequireEpoch, SetDefaultWay
from proofup.methods.protocol import AddMethod, Description, RegisteredMethod, ReplaceMethod
from proofup.notices.notifying import farewell, notice
from proofup.policy.decision import check_not_blocked, usable
from proofup.policy.proofs import preferred
from proofup.policy.rules import Policy
from proofup.registration.completion import completion
from proofup.registration.default import default_changed
from proofup.registration.guard import check_invited, held_methods
from proofup.registration.pending import FinishRegistration, Registration
from proofup.registration.ports import Actor, Ports
from proofup.registration.propose import check_present, context, placed
from proofup.registration.records import record
from proofup.values.changes import Change


class _Change(Struct, frozen=True, kw_only=True):
    """One method in place of another, or beside the others."""

    registration: Registration
    policy: Policy
    invitation: Invitation | None
    held: Sequence[RegisteredMethod]
    old: RegisteredMethod | None
    new: RegisteredMethod
    sign_out_others: bool
    at: datetime


class Confirmed(Struct, frozen=True, kw_only=True):
    """The change is made: ``old`` opens nothing from here on, ``new`` does."""

    old: Description | None
    new: Description
    told: str | None


ConfirmOutcome: TypeAlias = Confirmed | Refused | Waiting


async def confirm(
    ports: Ports,
    actor: Actor,
    registration: Registration,
    typed: str,
    *,
    sign_out_others: bool,
    at: datetime,
) -> ConfirmOutcome:
    """Judge the candidate's answer; where it is right the change is made when this returns.

    Raises StaleMethodError where the method to be replaced was changed elsewhere meanwhile,
    SlotTakenError where another took the place, StaleError where an administrator set meanwhile
    whether a second proof is a must, RevokedError where the session is dead, ProofsBlockedError
    and NotInvitedError as ``propose.ask`` does.
    """
    check_not_blocked(actor.person.account, at=at)
    room, catalogue = ports.room, ports.room.catalogue
    policy = await room.policies.current()
    held, candidate = await _present(ports, actor, registration)
    invitation = await check_invited(ports, actor, held, policy, at=at)
    counted = await count_try(room, context(actor, registration), typed, at=at)
    if isinstance(counted, Refused):
        return counted
    while True:
        judged = await judge(room, counted, (candidate,))
        if not isinstance(judged, Judged):
            return judged
        change = _Change(
            registration=registration,
            policy=policy,
            invitation=invitation,
            held=held,
            old=next((one for one in held if one.id == registration.replaces), None),
            new=judged.method,
            sign_out_others=sign_out_others,
            at=at,
        )
        written = await write(room, judged, *_changes(ports, actor, change))
        if written is Written.ALREADY_USED:
            return Refused(because=Refusal.ALREADY_USED)
        if written is Written.DONE:
            old = change.old
            return Confirmed(
                old=catalogue.of(old).describe(old) if old else None,
                new=catalogue.of(change.new).describe(change.new),
                told=actor.person.user.mail,
            )
        held, candidate = await _present(ports, actor, registration)


async def _present(
    ports: Ports, actor: Actor, registration: Registration
) -> tuple[Sequence[RegisteredMethod], RegisteredMethod]:
    """Return the actor's methods now, and the candidate in the place that it takes among them."""
    held = await held_methods(ports, actor)
    check_present(held, registration)
    return held, placed(ports, held, registration)


def _changes(ports: Ports, actor: Actor, change: _Change) -> tuple[Change, ...]:
    """Return everything that a proven candidate changes, beside the end of its challenge."""
    user, at = actor.person.user, change.at
    notifier, notification = ports.room.notifier, actor.notification
    describe = ports.room.catalogue.of(change.new).describe
    new, old = describe(change.new), describe(change.old) if change.old else None
    added = old is None
    facts = {"kind": new.kind, "was": old.masked if old else "", "now": new.masked}
    return (
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        FinishRegistration(registration_id=change.registration.id, at=at),
        ReplaceMethod(old_id=change.old.id, new=change.new)
        if change.old
        else AddMethod(method=change.new),
        *_spent(change),
        *((RaiseEpoch(user_id=user.id, keep=actor.session_id),) if change.sign_out_others else ()),
        *notice(
            notifier, notification, "method-added" if added else "method-changed", facts, at=at
        ),
        *farewell(notifier, notification, old.number if old else None, at=at),
        record(
            actor,
            (MethodAdded if added else MethodReplaced)(
                kind=new.kind, was=old.masked if old else "", now=new.masked
            ),
            at=at,
        ),
        *_default(ports, actor, change),
        *completion(ports, actor, change.policy, change.held, _after(change), at=at),
    )


def _spent(change: _Change) -> tuple[Change, ...]:
    """Return the end of the invitation with which a first method was registered."""
    if change.invitation is None:
        return ()
    return (SpendInvitation(token_digest=change.invitation.token_digest, at=change.at),)


def _after(change: _Change) -> Sequence[RegisteredMethod]:
    """Return the methods there are when the change is made."""
    return (*(one for one in change.held if one != change.old), change.new)


def _default(ports: Ports, actor: Actor, change: _Change) -> tuple[Change, ...]:
    """Return the default that was chosen with the change.

    Else it is made plain where it was only implied, so that a new way leaves it as it was. What
    the rules forbid by now is no default; the new way takes its place where nothing else could.
    """
    chosen, present = change.registration.default, actor.person.account.default_way
    allowed = change.policy.allowed(ports.room.served)
    held = ports.room.catalogue.options(change.held, at=change.at)
    if chosen is None:
        able = [one for one in held if one.way in allowed and one.traits.can_be_default]
        if present is not None and (able or present in allowed):
            return ()
        implied = preferred(able, None)
        chosen = implied.way if implied else change.registration.way
    if not ports.room.catalogue.traits[chosen].can_be_default:
        return ()
    before = usable(held, allowed)
    after = usable(ports.room.catalogue.options(_after(change), at=change.at), allowed)
    return (
        SetDefaultWay(user_id=actor.person.user.id, way=chosen),
        *default_changed(ports, actor, before, after, chosen, at=change.at),
    )
