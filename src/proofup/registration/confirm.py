"""Confirming a candidate: its right answer stores it in the same write."""

from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from proofup.challenges.answer import Judged, Written, count_try, judge, write
from proofup.challenges.outcome import Refusal, Refused, Waiting
from proofup.directory.invitations import Invitation, SpendInvitation
from proofup.directory.users import RaiseEpoch, RequireEpoch
from proofup.method_changes.adding import Addition, added
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import RegisteredMethod
from proofup.notices.notifying import told_at
from proofup.policy.decision import check_not_blocked
from proofup.registration.guard import check_invited, held_methods, read_again
from proofup.registration.pending import FinishRegistration, Registration
from proofup.registration.ports import Actor, Ports
from proofup.registration.propose import check_present, context, placed
from proofup.values.changes import Change
from proofup.values.ids import MethodId


class Confirmed(Struct, frozen=True, kw_only=True):
    """The change is made: ``new``, of this ``id``, is valid from now on, and ``old`` is not."""

    id: MethodId
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
    """Judge the candidate's answer; if it is right, make the change.

    Raises StaleMethodError where the method to be replaced was changed elsewhere meanwhile,
    SlotTakenError where another took the place, StaleError where an administrator set meanwhile
    whether a second proof is a must, RevokedError where the session is dead, ProofsBlockedError
    and NotInvitedError as ``propose.ask`` does.
    """
    check_not_blocked(actor.person.account, at=at)
    room, user_id = ports.room, actor.person.user.id
    candidate = _candidate(ports, actor, registration)
    invitation = await check_invited(ports, actor, at=at)
    counted = await count_try(room, context(actor, registration), typed, at=at)
    if isinstance(counted, Refused):
        return counted
    while True:
        judged = await judge(room, counted, (candidate,))
        if not isinstance(judged, Judged):
            return judged
        addition = Addition(
            new=judged.method,
            old=next((one for one in actor.held if one.id == registration.replaces), None),
            way=registration.way,
            default=registration.default,
        )
        changes = added(
            room,
            actor,
            actor.subscriber,
            addition,
            ends=RaiseEpoch(user_id=user_id, keep=actor.session_id) if sign_out_others else None,
            at=at,
        )
        written = await write(
            room,
            judged,
            RequireEpoch(user_id=user_id, epoch=actor.epoch),
            FinishRegistration(registration_id=registration.id, at=at),
            *_spent(invitation, at=at),
            *changes,
        )
        if written is Written.TAKEN:
            return Refused(because=Refusal.TAKEN)
        if written is Written.ALREADY_USED:
            return Refused(because=Refusal.ALREADY_USED)
        if written is Written.DONE:
            return Confirmed(
                id=addition.new.id,
                old=room.catalogue.describe(addition.old) if addition.old else None,
                new=room.catalogue.describe(addition.new),
                told=told_at(room.notifier, actor.person.user),
            )
        actor = await read_again(ports, actor)
        candidate = _candidate(ports, actor, registration)


def _candidate(ports: Ports, actor: Actor, registration: Registration) -> RegisteredMethod:
    """Return the candidate in the place that it takes among the actor's methods."""
    held = held_methods(actor)
    check_present(held, registration)
    return placed(ports, held, registration)


def _spent(invitation: Invitation | None, *, at: datetime) -> tuple[Change, ...]:
    """Return the end of the invitation with which a first method was registered."""
    if invitation is None:
        return ()
    return (SpendInvitation(token_digest=invitation.token_digest, at=at),)
