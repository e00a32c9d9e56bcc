"""A recovery code in place of the second proof: counted, judged, and used up in one write."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from proofup.audit.events.challenges import ChallengeFailed, RecoveryCodeUsed
from proofup.authentication.dispatcher import Standing, Step, moved
from proofup.authentication.issuing import NOTHING, Brought, Proven, going_on
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.signin import SignIn
from proofup.challenges.answer import Judged, Written, write
from proofup.challenges.brakes import count
from proofup.challenges.guessing import guessed, tries_used_up
from proofup.challenges.outcome import Refusal, Refused
from proofup.challenges.room import Room
from proofup.challenges.unasked import judge_unasked
from proofup.directory.devices import ForgetDevices
from proofup.directory.users import Person, RequireEpoch
from proofup.methods.catalogue import Option
from proofup.methods.declaration import Role
from proofup.methods.protocol import Purpose
from proofup.methods.registered_methods import RegisteredMethod
from proofup.notices.notifying import Notification, notice
from proofup.policy import figures
from proofup.policy.decision import check_not_blocked
from proofup.policy.limits import Charge, RequireTries, ResetCounters
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change
from proofup.values.errors import LimitReachedError


def stand_in(ports: Ports, standing: Standing, *, at: datetime) -> Option | None:
    """Return the option that may replace the second proof of this sign-in now, or None."""
    if standing.step is not Step.CHALLENGE:
        return None
    return _usable(ports, standing, standing.held, at=at)


async def redeem(
    ports: Ports, standing: Standing, typed: str, brought: Brought = NOTHING, *, at: datetime
) -> Proven | Refused:
    """Judge a recovery code, and open the session if nothing else is needed.

    Raises ProofsBlockedError, RevokedError where the account moved on meanwhile, and TooBusyError
    where too much waits to be hashed.
    """
    sign_in, subscriber = standing.sign_in, standing.subscriber
    if sign_in is None or subscriber is None or standing.step is not Step.CHALLENGE:
        return Refused(because=Refusal.NOT_ASKED)
    person = subscriber.person
    check_not_blocked(person.account, at=at)
    room, user_id, held = ports.room, person.user.id, standing.held
    way, *_ = room.catalogue.in_role(Role.STAND_IN)
    room.stretching.require_room()
    charges = _charges(ports, sign_in, subscriber)
    recorder = partial(record, sign_in, succeeded=False, at=at)
    try:
        left = await count(room, recorder, *charges, at=at)
    except LimitReachedError as limit:
        return Refused(because=Refusal.PAUSED, left=0, until=limit.until)
    while True:
        option = _usable(ports, standing, held, at=at)
        able = option.methods if option else ()
        judged = await judge_unasked(room, way.word, typed, able, at=at)
        if not isinstance(judged, Judged):
            wrong, notification = tries_used_up(charges, left), _of(sign_in, person)
            mail = guessed(room, notification, wrong, at=at) if wrong is not None else ()
            failed = ChallengeFailed(way=way.word, because=judged, purpose=Purpose.SIGN_IN)
            await room.commit(recorder(failed), *mail)
            return await _refused(room, judged, charges, left=left[0], at=at)
        proofs = sign_in.proofs.with_second(judged.way, at)
        proven = replace(sign_in, proofs=proofs, remember=False)
        there = moved(ports, standing, proven, at=at)
        found, changes = await going_on(ports, user_id, proven, there, brought, at=at)
        written = await write(
            room,
            judged,
            RequireEpoch(user_id=user_id, epoch=sign_in.epoch),
            *_told(ports, sign_in, person, judged, at=at),
            *changes,
            # A person who needs a code has lost a phone, perhaps with a browser (security row
            # RC10).
            ForgetDevices(user_id=user_id),
            ResetCounters(keys=tuple(charge.key for charge in charges)),
        )
        if written is Written.DONE:
            return found
        held = await room.methods.of_user(user_id)


def _usable(
    ports: Ports, standing: Standing, held: Sequence[RegisteredMethod], *, at: datetime
) -> Option | None:
    """Return the first of ``held`` that stands in for others, where the rules allow it."""
    policy = standing.policy
    options = ports.room.catalogue.options(held, role=Role.STAND_IN, at=at)
    return next((one for one in options if policy and policy.allows(one.way, at=at)), None)


def _charges(ports: Ports, sign_in: SignIn, subscriber: Subscriber) -> tuple[Charge, ...]:
    """Return the counters of an attempt: codes of this account, all its proofs, the sign-in."""
    policy, user_id = subscriber.policy, subscriber.person.user.id
    return tuple(
        Charge(key=ports.room.counter_key(limit.name, whom), limit=policy.limit(limit))
        for limit, whom in (
            (figures.STAND_INS, user_id),
            (figures.WRONG_PROOFS, user_id),
            (figures.ANSWERS_PER_SIGN_IN, sign_in.id),
        )
    )


async def _refused(
    room: Room, because: Refusal, charges: Sequence[Charge], *, left: int, at: datetime
) -> Refused:
    """Return the refusal of a wrong code; after the last try, with the end of the pause."""
    try:
        await room.commit(RequireTries(charges=tuple(charges), at=at))
    except LimitReachedError as limit:
        return Refused(because=Refusal.PAUSED, left=0, until=limit.until)
    return Refused(because=because, left=left)


def _told(
    ports: Ports, sign_in: SignIn, person: Person, judged: Judged, *, at: datetime
) -> tuple[Change, ...]:
    """Tell the owner and the log that a code was used, and how many are left."""
    left = ports.room.catalogue.describe(judged.method).left or 0
    notification, facts = _of(sign_in, person), {"left": str(left)}
    return (
        *notice(ports.room.notifier, notification, "recovery-code-used", facts, at=at),
        record(sign_in, RecoveryCodeUsed(way=judged.way, left=left), succeeded=True, at=at),
    )


def _of(sign_in: SignIn, person: Person) -> Notification:
    """Return what a notice says of this sign-in."""
    return Notification(
        user=person.user,
        correlation_id=sign_in.correlation_id,
        client=sign_in.client,
        language=sign_in.language,
    )
