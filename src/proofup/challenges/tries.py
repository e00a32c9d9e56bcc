"""The counters for an answer, and those that a right answer resets."""

from collections.abc import Sequence

from msgspec.structs import replace

from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.outcome import Refusal, Refused
from proofup.challenges.room import Room
from proofup.methods.protocol import Purpose
from proofup.policy import figures
from proofup.policy.limits import Charge, Limit
from proofup.policy.rules import Policy
from proofup.values.errors import LimitReachedError
from proofup.values.ways import Way


def pauses_of(room: Room, context: Context, way: Way) -> tuple[Charge, ...]:
    """Return what stops every answer in this way for a while, whatever is asked.

    A password reset has counters of its own: whoever begins one has proven nothing.
    """
    if context.purpose is Purpose.PASSWORD_RESET:
        return ()
    of_account = _charge(room, context, figures.WRONG_PROOFS, context.user_id)
    return (_row_charge(room, context, way), of_account)


def is_pause(limit: LimitReachedError) -> bool:
    """Tell whether ``limit`` stops every answer, and not just one more message."""
    return limit.limit in {figures.WRONG_PROOFS.name, figures.WRONG_PROOFS_IN_A_ROW.name}


def charges_of(room: Room, context: Context, asked: StoredChallenge) -> list[Charge]:
    """Return what a try is counted against, the challenge last.

    The account comes first: a person who must wait should be told that, and not to request a new
    code.
    """
    return [
        *pauses_of(room, context, asked.challenge.way),
        _charge(room, context, figures.ANSWERS_PER_SIGN_IN, context.subject),
        Charge(
            key=room.counter_key(figures.ANSWERS_PER_CHALLENGE.name, asked.challenge.id),
            limit=answers_limit(room, context.policy, asked.challenge.way),
        ),
    ]


def answers_limit(room: Room, policy: Policy, way: Way) -> Limit:
    """Return how many answers a challenge in ``way`` takes, by its method or else by the rules."""
    most = room.catalogue.traits[way].answers
    limit = policy.limit(figures.ANSWERS_PER_CHALLENGE)
    return limit if most is None else replace(limit, most=most)


def _row_charge(room: Room, context: Context, way: Way) -> Charge:
    return _charge(room, context, figures.WRONG_PROOFS_IN_A_ROW, context.user_id, way)


def _charge(room: Room, context: Context, limit: Limit, *whom: str) -> Charge:
    return Charge(key=room.counter_key(limit.name, *whom), limit=context.policy.limit(limit))


def proven(room: Room, context: Context, charges: Sequence[Charge]) -> tuple[str, ...]:
    """Return the counters that a right answer ends.

    Success with one method also lifts the pauses of the others, but not in a password reset.
    """
    if context.purpose is Purpose.PASSWORD_RESET:
        return ()
    rests = (_row_charge(room, context, way) for way in room.catalogue.ways)
    return tuple({charge.key for charge in (*charges, *rests)})


def limited(limit: LimitReachedError) -> Refused:
    """Return what a person hears where a try was not counted, for there is none left."""
    if limit.limit in {figures.ANSWERS_PER_CHALLENGE.name, figures.ANSWERS_PER_SIGN_IN.name}:
        return Refused(because=Refusal.TOO_MANY, left=0)
    if limit.limit == figures.WRONG_PROOFS_IN_A_ROW.name:
        return Refused(because=Refusal.PAUSED, left=0)
    return Refused(because=Refusal.PAUSED, left=0, until=limit.until)
