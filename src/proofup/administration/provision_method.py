"""Giving somebody a method that was made on a device at hand, such as a security key.

The device signs a challenge that was made for this person. Whoever has such a device signs in as
its owner, so that this takes the right to issue a pass as well as the right to add methods.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from proofup.administration.issue_method import MethodNotIssuedError
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.challenges.challenge import (
    ChallengeState,
    ConsumeChallenge,
    OpenChallenge,
    StoredChallenge,
)
from proofup.directory.users import UserType
from proofup.method_changes.adding import Addition, added
from proofup.methods.abilities import ProvisionedMethod
from proofup.methods.protocol import Accepted, Answer, Purpose, Question
from proofup.methods.registered_methods import MethodKind, NewMethod, RegisteredMethod
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.changes import Change
from proofup.values.errors import InvalidFieldError, InvalidInputError, ProofupError
from proofup.values.ids import ChallengeId, MethodId, UserId, random_id

LEAST, MOST = timedelta(minutes=5), timedelta(days=30)  # that a challenge can be answered


class CeremonyRefusedError(ProofupError):
    """The answer of a device is not taken; ``because`` says why."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class DeviceAsked(Struct, frozen=True, kw_only=True):
    """What a device is asked, as the JSON of its method, and until when it may answer."""

    options: str
    ends_at: datetime


def ask_device(
    ports: Ports,
    actor: Actor,
    target: Target,
    kind: MethodKind,
    *,
    lifetime: timedelta,
    at: datetime,
) -> Planned[DeviceAsked]:
    """Make a challenge for a new method of the target, good for ``lifetime`` and for one answer.

    Raises InvalidFieldError for another lifetime, and MethodNotIssuedError where the target could
    not use such a method.
    """
    if not LEAST <= lifetime <= MOST:
        raise InvalidFieldError("challengeTimeoutInMinutes", "must be 5 to 43200")
    room, user = ports.room, target.person.user
    conditions, method, slot = _checked(ports, actor, target, kind, at=at)
    pending = method.challenge(
        _candidate(ports, target, method, slot, "", at=at),
        Question(
            id=ChallengeId(random_id(room.entropy)),
            purpose=Purpose.REGISTRATION,
            way=method.declaration.ways[0].word,
            at=at,
        ),
        room.entropy,
    )
    pending = replace(pending, expires_at=at + lifetime)
    stored = StoredChallenge(
        challenge=pending,
        subject=_subject(user.id, method.asked(pending)),
        correlation_id=actor.correlation_id,
    )
    present = [one for one in target.held if one.kind == kind]
    rules = target.policy.methods.get(kind, {})
    options = method.options(pending, present, user=user, rules=rules)
    done = DeviceAsked(options=options, ends_at=pending.expires_at)
    return Planned(conditions, (OpenChallenge(stored=stored),), done)


async def provision_method(
    ports: Ports,
    actor: Actor,
    target: Target,
    kind: MethodKind,
    *,
    name: str,
    answer: str,
    at: datetime,
) -> Planned[RegisteredMethod]:
    """Store what a device has made, called ``name``, and tell the person.

    Raises InvalidInputError for the name, CeremonyRefusedError for an answer to no challenge of
    this person that is open, or a wrong one, and MethodNotIssuedError where the rules do not allow
    it. When written, raises AlreadySpentError, and MethodTakenError where somebody has it.
    """
    room, user = ports.room, target.person.user
    conditions, method, slot = _checked(ports, actor, target, kind, at=at)
    candidate = _candidate(ports, target, method, slot, name, at=at)
    subject = _subject(user.id, method.answered(answer) or "")
    found = await room.challenges.of_subject(subject, most=1)
    if not found or found[0].state is not ChallengeState.OPEN:
        raise CeremonyRefusedError("there is no such challenge for this user, or it was used")
    pending = found[0].challenge
    if at >= pending.expires_at:
        raise CeremonyRefusedError("the challenge has timed out")
    verdict = method.verify(candidate, pending, Answer(answer), at=at)
    if not isinstance(verdict, Accepted):
        raise CeremonyRefusedError("the answer is not that of an authenticator to this challenge")
    new = verdict.method
    rules = target.policy.methods
    if not room.catalogue.is_within(new, rules, purpose=Purpose.REGISTRATION):
        raise MethodNotIssuedError("the rules do not allow this authenticator")
    changes = (
        ConsumeChallenge(challenge_id=pending.id, way=pending.way, at=at),
        *added(room, actor, target, Addition(new=new, way=pending.way), at=at),
    )
    return Planned(conditions, changes, new)


def _checked(
    ports: Ports, actor: Actor, target: Target, kind: MethodKind, *, at: datetime
) -> tuple[Sequence[Change], ProvisionedMethod, str]:
    """Return by what the act is allowed, the method, and the slot that the new one takes."""
    conditions = (
        *permitted(actor, Permission.ISSUE_METHODS, target, at=at),
        *permitted(actor, Permission.ADD_METHODS, target, at=at),
    )
    method = ports.room.catalogue.by_kind[kind]
    if not isinstance(method, ProvisionedMethod):
        raise InvalidInputError("not an administrator's")
    declaration, taken = method.declaration, {one.slot for one in target.held}
    if target.person.user.user_type is UserType.GUEST and not declaration.for_guests:
        raise MethodNotIssuedError("guests cannot use this method")
    if not any(target.policy.allows(traits.word, at=at) for traits in declaration.ways):
        raise MethodNotIssuedError("the rules do not allow this method")
    free = [slot.name for slot in declaration.slots if slot.name not in taken]
    if not free:
        raise MethodNotIssuedError("the user has as many of them as there may be")
    return tuple(dict.fromkeys(conditions)), method, free[0]


def _candidate(
    ports: Ports, target: Target, method: ProvisionedMethod, slot: str, name: str, *, at: datetime
) -> RegisteredMethod:
    return method.candidate(
        {"displayName": name},
        NewMethod(
            id=MethodId(random_id(ports.room.entropy)),
            user_id=target.person.user.id,
            slot=slot,
            at=at,
        ),
        ports.room.entropy,
    )


def _subject(user_id: UserId, asked: str) -> str:
    """Return under what a challenge is found by its answer, if that is given for this person."""
    return f"provision.{hashlib.sha256(f'{user_id} {asked}'.encode()).hexdigest()}"
