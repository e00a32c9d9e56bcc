"""Judging an answer: the attempt is counted first; the changes of a right answer are returned.

The flow adds its own changes and writes all together with ``write``. If another request was faster,
it reads and judges again.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import TypeAlias

from msgspec import Struct

from proofup.audit.events.challenges import ChallengeFailed
from proofup.challenges.brakes import count
from proofup.challenges.challenge import ChallengeState, ConsumeChallenge, StoredChallenge
from proofup.challenges.cloning import clone_told
from proofup.challenges.context import Context
from proofup.challenges.counting import returned
from proofup.challenges.guessing import guessed, tries_over, tries_used_up
from proofup.challenges.judging import judged, recognised
from proofup.challenges.outcome import Refusal, Refused, Waiting
from proofup.challenges.records import record
from proofup.challenges.room import Room, budget_of
from proofup.challenges.tries import charges_of, limited, proven
from proofup.methods.protocol import Accepted, Purpose
from proofup.methods.registered_methods import RegisteredMethod
from proofup.notices.notifying import Notification
from proofup.policy.conversion import NoteAnswered
from proofup.policy.giving_back import GiveBack
from proofup.policy.limits import Charge, Limit, ResetCounters
from proofup.values.changes import Change
from proofup.values.errors import (
    AlreadySpentError,
    LimitReachedError,
    MethodTakenError,
    SlotTakenError,
    StaleMethodError,
)
from proofup.values.phone_numbers import country_of
from proofup.values.ways import Way

LOOKED_BACK = 5  # older challenges of the same subject that are checked for a typed code


class Try(Struct, frozen=True, kw_only=True):
    """One answer to the newest of the challenges ``asked``: counted once, however often judged.

    ``left`` is how many more the challenge takes. ``guessed`` is the limit of which this is the
    last try, if it is: no answer is taken for a while then.
    """

    context: Context
    asked: Sequence[StoredChallenge]
    typed: str
    charges: Sequence[Charge]
    left: int
    guessed: Limit | None = None
    at: datetime


class Judged(Struct, frozen=True, kw_only=True):
    """The answer is right, and nothing is written yet.

    ``method`` is what should be stored of the method that accepted it, and ``changes`` end the
    challenge, which works for one request alone.
    """

    way: Way
    method: RegisteredMethod
    changes: Sequence[Change]


Judgement: TypeAlias = Judged | Refused | Waiting


class Written(Enum):
    """What came of writing a right answer."""

    DONE = auto()
    ALREADY_USED = auto()  # the challenge was answered or replaced by another request
    TAKEN = auto()  # the new method is registered already, by this person or by another
    OUTRUN = auto()  # another request used or changed the method: read it and judge again


async def count_try(room: Room, context: Context, typed: str, *, at: datetime) -> Try | Refused:
    """Count ``typed`` as a try durably, or say why no answer is taken now.

    Polling the status of a call is not an attempt.
    """
    asked = await room.challenges.of_subject(context.subject, most=LOOKED_BACK)
    if not asked or asked[0].state is not ChallengeState.OPEN:
        return Refused(because=Refusal.ALREADY_USED if asked else Refusal.NOT_ASKED)
    charges, left, wrong = charges_of(room, context, asked[0]), [0], None
    if room.catalogue.traits[asked[0].challenge.way].typed:
        try:
            left = await count(
                room, partial(record, context, succeeded=False, at=at), *charges, at=at
            )
        except LimitReachedError as limit:
            return limited(limit)
        wrong = tries_used_up(charges, left)
    return Try(
        context=context,
        asked=asked,
        typed=typed,
        charges=charges,
        left=left[-1],
        guessed=wrong,
        at=at,
    )


async def judge(room: Room, counted: Try, held: Sequence[RegisteredMethod]) -> Judgement:
    """Judge a counted answer by ``held``, the methods that may answer; record a refused one."""
    newest = counted.asked[0]
    way = newest.challenge.way
    verdict = await judged(room, newest, held, counted.typed, at=counted.at)
    context = counted.context
    if isinstance(verdict, Accepted) and not room.catalogue.is_within(
        verdict.method, context.policy.methods, purpose=context.purpose
    ):
        verdict = Refused(because=Refusal.NOT_ALLOWED)
    if isinstance(verdict, Refused) and room.catalogue.traits[way].typed:
        # The status of a call was recorded before.
        return await refuse(room, counted, verdict.because, held)
    if isinstance(verdict, Waiting | Refused):
        return verdict
    return Judged(
        way=way,
        method=verdict.method,
        changes=(
            ConsumeChallenge(challenge_id=newest.challenge.id, way=way, at=counted.at),
            ResetCounters(keys=proven(room, context, counted.charges)),
            *_noted(room, context, newest, verdict.method),
        ),
    )


async def write(room: Room, answer: Judged, *changes: Change) -> Written:
    """Write what a right answer changes, with ``changes`` of the flow, or nothing.

    If it is outrun, the flow reads the methods and judges again. That ends, because each round
    needs the success of another request. Raises the errors of ``changes`` for failed conditions.
    """
    try:
        await room.commit(*answer.changes, *changes)
    except AlreadySpentError:
        return Written.ALREADY_USED
    except MethodTakenError:
        return Written.TAKEN
    except (StaleMethodError, SlotTakenError):
        return Written.OUTRUN
    return Written.DONE


def _noted(
    room: Room, context: Context, answered: StoredChallenge, method: RegisteredMethod
) -> tuple[Change, ...]:
    """Return the note that a message was answered, where one was sent, and its try."""
    number = room.catalogue.of(method).describe(method).number
    if answered.message_id is None or number is None:
        return ()
    challenge = answered.challenge
    sent_at, kind = challenge.started_at, budget_of(room, challenge.way).kind
    given_back = GiveBack(charges=returned(room, context, number), at=sent_at)
    if context.registered:
        return (given_back,)
    return (given_back, NoteAnswered(kind=kind, country=country_of(number), sent_at=sent_at))


async def refuse(
    room: Room, counted: Try, because: Refusal, held: Sequence[RegisteredMethod]
) -> Refused:
    """Record a refused answer and return the reason that helps most."""
    newest, *older = counted.asked
    if because is Refusal.WRONG and any(
        recognised(room.catalogue, one, held, counted.typed) for one in older
    ):
        because = Refusal.SUPERSEDED
    await room.commit(
        record(
            counted.context,
            ChallengeFailed(
                way=newest.challenge.way, because=because, purpose=counted.context.purpose
            ),
            succeeded=False,
            at=counted.at,
        ),
        *await _told(room, counted, because),
    )
    if because in {Refusal.WRONG, Refusal.CLOCK} and counted.left == 0:
        because = Refusal.TOO_MANY
    return Refused(because=because, left=counted.left)


async def _told(room: Room, counted: Try, because: Refusal) -> tuple[Change, ...]:
    """Return what tells the owner that somebody guesses codes, or has a copy of a method."""
    context = counted.context
    if counted.guessed is None and because is not Refusal.CLONED:
        return ()
    is_sign_in = context.purpose is Purpose.SIGN_IN
    person = await room.people.by_id(context.user_id) if is_sign_in else None
    if person is None:
        limit = counted.guessed
        return (tries_over(context.user_id, limit, at=counted.at),) if limit else ()
    notification = Notification(
        user=person.user,
        correlation_id=context.correlation_id,
        client=context.client,
        language=context.language,
    )
    told = clone_told(room, notification, because, at=counted.at)
    if counted.guessed is None:
        return told
    return (*told, *guessed(room, notification, counted.guessed, at=counted.at))
