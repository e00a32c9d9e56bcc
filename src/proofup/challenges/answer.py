"""Judging an answer: the try is counted first, then judged, then spent in one write."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from proofup.audit.entry import Event
from proofup.challenges.challenge import ChallengeState, ConsumeChallenge, StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.judging import judged, recognised
from proofup.challenges.outcome import Outcome, Refusal, Refused, Taken, Waiting
from proofup.challenges.records import record
from proofup.challenges.room import Room, budget_of
from proofup.challenges.tries import charges_of, limited, proven
from proofup.methods.protocol import RegisteredMethod
from proofup.policy.conversion import NoteAnswered
from proofup.policy.limits import ResetCounters
from proofup.values.changes import Change
from proofup.values.errors import (
    AlreadySpentError,
    LimitReachedError,
    SlotTakenError,
    StaleMethodError,
)
from proofup.values.phone_numbers import country_of
from proofup.values.ways import Way

LOOKED_BACK = 5  # older challenges of the same subject in which a typed code is looked for


Methods: TypeAlias = Callable[[], Awaitable[Sequence[RegisteredMethod]]]
"""Reads the methods that may answer once more, as they are now."""

Spend: TypeAlias = Callable[[RegisteredMethod, Way], Awaitable[Sequence[Change]]]
"""Names what a right answer changes, beside the end of the challenge itself."""


async def answer(
    room: Room,
    context: Context,
    typed: str,
    *,
    held: Sequence[RegisteredMethod],
    methods: Methods,
    spend: Spend,
    at: datetime,
) -> Outcome:
    """Judge ``typed`` against the newest challenge of the subject.

    ``held`` are the methods that may answer, as this request has read them. A right answer ends
    the challenge and writes what ``spend`` names in one transaction; it is accepted once, however
    many come at the same moment.
    """
    asked = await room.challenges.of_subject(context.subject, most=LOOKED_BACK)
    if not asked or asked[0].state is not ChallengeState.OPEN:
        return Refused(because=Refusal.ALREADY_USED if asked else Refusal.NOT_ASKED)
    newest = asked[0]
    charges, left = charges_of(room, context, newest), [0]
    is_typed = newest.challenge.way.is_typed
    if is_typed:
        try:
            left = await room.counters.charge(*charges, at=at)
        except LimitReachedError as limit:
            return limited(limit)
    while True:
        verdict = judged(room.catalogue, newest, held, typed, at=at)
        if isinstance(verdict, Waiting) or (isinstance(verdict, Refused) and not is_typed):
            return verdict  # looking how far a call has come is no try, and was recorded as it came
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
                ConsumeChallenge(challenge_id=newest.challenge.id, way=newest.challenge.way, at=at),
                ResetCounters(keys=proven(room, context, charges)),
                *_noted(room, newest, verdict.method),
                *await spend(verdict.method, newest.challenge.way),
            )
        except AlreadySpentError:
            return Refused(because=Refusal.ALREADY_USED)
        except (StaleMethodError, SlotTakenError):
            # Another request used or changed the same method, or took the place of this one,
            # between reading and writing: judge again what is stored now. It ends, for each
            # round needs another's success.
            held = await methods()
            continue
        return Taken(way=newest.challenge.way, method=verdict.method)


def _noted(room: Room, answered: StoredChallenge, method: RegisteredMethod) -> tuple[Change, ...]:
    """Return the note that a message was answered, where one was sent."""
    number = room.catalogue.of(method).describe(method).number
    if answered.message_id is None or number is None:
        return ()
    challenge = answered.challenge
    kind = budget_of(room, challenge.way).kind
    return (NoteAnswered(kind=kind, country=country_of(number), sent_at=challenge.started_at),)


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
        recognised(room.catalogue, older, held, typed) for older in asked[1:]
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
