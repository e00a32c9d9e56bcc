"""Judging an answer: the try is counted first, then judged, then spent in one write."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from proofup.audit.entry import Event
from proofup.challenges.challenge import ChallengeState, ConsumeChallenge, StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.records import record
from proofup.challenges.room import Room
from proofup.methods.protocol import Accepted, Because, RegisteredMethod
from proofup.policy import figures
from proofup.policy.limits import Charge, Limit, ResetCounters
from proofup.values.changes import Change
from proofup.values.errors import (
    AlreadySpentError,
    LimitReachedError,
    SlotTakenError,
    StaleMethodError,
)
from proofup.values.ways import Way

LOOKED_BACK = 5  # older challenges of the same subject in which a typed code is looked for


class Refusal(StrEnum):
    """Why an answer was not taken; each has its own text on the page."""

    WRONG = "wrong"
    LATE = "late"
    SUPERSEDED = "superseded"
    ALREADY_USED = "alreadyUsed"
    NOT_ASKED = "notAsked"  # there is no open challenge
    TOO_MANY = "tooMany"  # this challenge takes no more answers
    PAUSED = "paused"  # the account takes no more answers for a while
    METHOD_GONE = "methodGone"  # what was asked is not registered any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The answer was not taken. ``left`` tries remain on this challenge.

    ``until`` ends a pause; a pause without it lasts until something else lets the person in.
    """

    because: Refusal
    left: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The answer was right, and what ``spend`` returned is stored."""

    way: Way
    method: RegisteredMethod


Outcome: TypeAlias = Taken | Refused

Methods: TypeAlias = Callable[[], Awaitable[Sequence[RegisteredMethod]]]
"""Reads the methods that may answer, as they are now."""

Spend: TypeAlias = Callable[[RegisteredMethod, Way], Sequence[Change]]
"""Names what a right answer changes, beside the end of the challenge itself."""


async def answer(
    room: Room, context: Context, typed: str, *, methods: Methods, spend: Spend, at: datetime
) -> Outcome:
    """Judge ``typed`` against the newest challenge of the subject.

    A right answer ends the challenge and writes what ``spend`` names in one transaction; it is
    accepted once, however many come at the same moment.
    """
    asked = await room.challenges.of_subject(context.subject, most=LOOKED_BACK)
    if not asked:
        return Refused(because=Refusal.NOT_ASKED)
    newest = asked[0]
    if newest.state is not ChallengeState.OPEN:
        return Refused(because=Refusal.ALREADY_USED)
    charges = _charges(room, context, newest)
    try:
        left = await room.counters.charge(*charges, at=at)
    except LimitReachedError as limit:
        return _limited(limit)
    while True:
        held = await methods()
        verdict = _judged(room, newest, held, typed, at=at)
        if isinstance(verdict, Refused):
            return await _refuse(
                room,
                context,
                asked,
                refused=verdict,
                typed=typed,
                held=held,
                left=left[-1],
                at=at,
            )
        try:
            await room.commit(
                ConsumeChallenge(challenge_id=newest.challenge.id, at=at),
                ResetCounters(keys=_proven(room, context, charges)),
                *spend(verdict.method, newest.challenge.way),
            )
        except AlreadySpentError:
            return Refused(because=Refusal.ALREADY_USED)
        except (StaleMethodError, SlotTakenError):
            # Another request used or changed the same method, or took the place of this one,
            # between reading and writing: judge again what is stored now. It ends, for each
            # round needs another's success.
            continue
        return Taken(way=newest.challenge.way, method=verdict.method)


def _judged(
    room: Room,
    asked: StoredChallenge,
    held: Sequence[RegisteredMethod],
    typed: str,
    *,
    at: datetime,
) -> Accepted | Refused:
    """Return the first acceptance among the methods that were asked, else the best reason."""
    challenge = asked.challenge
    able = [
        method
        for method in held
        if challenge.way in room.catalogue.of(method).ways(method)
        and challenge.method_id in {None, method.id}
    ]
    if not able:
        return Refused(because=Refusal.METHOD_GONE)
    reasons = []
    for method in able:
        verdict = room.catalogue.of(method).verify(method, challenge, typed, at=at)
        if isinstance(verdict, Accepted):
            return verdict
        reasons.append(verdict.because)
    order = (Because.ALREADY_USED, Because.LATE, Because.WRONG)
    because = next(reason for reason in order if reason in reasons)
    return Refused(because=Refusal(because.value))


async def _refuse(
    room: Room,
    context: Context,
    asked: Sequence[StoredChallenge],
    *,
    refused: Refused,
    typed: str,
    held: Sequence[RegisteredMethod],
    left: int,
    at: datetime,
) -> Refused:
    """Record a refused answer and return the reason that helps most."""
    because = refused.because
    if because is Refusal.WRONG and any(
        _recognised(room, older, held, typed) for older in asked[1:]
    ):
        because = Refusal.SUPERSEDED
    await room.commit(
        record(
            context,
            Event.CHALLENGE_FAILED,
            {"way": asked[0].challenge.way, "because": because},
            succeeded=False,
            at=at,
        )
    )
    if because is Refusal.WRONG and left == 0:
        because = Refusal.TOO_MANY
    return Refused(because=because, left=left)


def _recognised(
    room: Room, older: StoredChallenge, held: Sequence[RegisteredMethod], typed: str
) -> bool:
    """Tell whether ``typed`` was right for a challenge that a newer one has replaced."""
    challenge = older.challenge
    if challenge.verifier is None:
        return False
    # Judged as of when it was asked: what is over since then is still recognised.
    return any(
        isinstance(
            room.catalogue.of(method).verify(method, challenge, typed, at=challenge.started_at),
            Accepted,
        )
        for method in held
        if method.id == challenge.method_id
    )


def _charges(room: Room, context: Context, asked: StoredChallenge) -> list[Charge]:
    """Return what a try is counted against, the challenge last.

    The account comes first: somebody who has to wait must hear that, not that a new code would
    help.
    """
    counted: list[tuple[Limit, str]] = [
        (figures.WRONG_PROOFS, context.user_id),
        (figures.ANSWERS_PER_SIGN_IN, context.subject),
        (figures.ANSWERS_PER_CHALLENGE, asked.challenge.id),
    ]
    charges = [
        Charge(key=room.counter_key(limit.name, whom), limit=limit) for limit, whom in counted
    ]
    return [_row_charge(room, context, asked.challenge.way), *charges]


def _row_charge(room: Room, context: Context, way: Way) -> Charge:
    limit = figures.WRONG_PROOFS_IN_A_ROW
    return Charge(key=room.counter_key(limit.name, context.user_id, way), limit=limit)


def _proven(room: Room, context: Context, charges: Sequence[Charge]) -> tuple[str, ...]:
    """Return the counters that a right answer ends.

    The rest of every way is among them: a method that answers wakes the ones that rest.
    """
    rests = (_row_charge(room, context, way) for way in Way)
    return tuple({charge.key for charge in (*charges, *rests)})


def _limited(limit: LimitReachedError) -> Refused:
    if limit.limit in {figures.ANSWERS_PER_CHALLENGE.name, figures.ANSWERS_PER_SIGN_IN.name}:
        return Refused(because=Refusal.TOO_MANY, left=0)
    if limit.limit == figures.WRONG_PROOFS_IN_A_ROW.name:
        return Refused(because=Refusal.PAUSED, left=0)
    return Refused(because=Refusal.PAUSED, left=0, until=limit.until)
