"""Judging a proof in a password reset: counted for every name, known or not."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from proofup.audit.events.challenges import ChallengeFailed
from proofup.authentication.password_reset import AdvancePasswordReset, PasswordReset
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.resets.asking import context_of
from proofup.authentication.resets.standing import ResetStanding, ResetStep
from proofup.challenges.answer import LOOKED_BACK, Judged, Try, Written, judge, write
from proofup.challenges.brakes import count
from proofup.challenges.challenge import ChallengeState
from proofup.challenges.outcome import Refusal, Refused
from proofup.directory.users import RequireEpoch
from proofup.methods.protocol import Purpose
from proofup.methods.registered_methods import RegisteredMethod, UpdateMethod
from proofup.policy import figures
from proofup.policy.giving_back import GiveBack
from proofup.policy.limits import Charge
from proofup.policy.rules import Policy
from proofup.values.errors import LimitReachedError
from proofup.values.ways import Way


async def prove(ports: Ports, here: ResetStanding, typed: str, *, at: datetime) -> Refused | None:
    """Judge ``typed``; None where it is right, and the reset has moved on.

    Before the first proof every wrong answer is refused alike. Raises RevokedError where the
    account changed meanwhile, and StaleError where another request was first.
    """
    reset = here.reset
    if here.step is not ResetStep.PROOF or reset is None or reset.asked is None:
        return Refused(because=Refusal.NOT_ASKED)
    charges = answer_charges(ports, reset, await ports.room.policies.current())
    try:
        recorder = partial(record, reset, succeeded=False, at=at)
        left = min(await count(ports.room, recorder, *charges, at=at))
    except LimitReachedError as limit:
        return Refused(because=Refusal.PAUSED, left=0, until=limit.until)
    counted = _Counted(reset, reset.asked, typed, charges, left)
    refused = await _judged(ports, here, counted, at=at)
    if refused is None or here.has_proven:
        return refused
    return Refused(because=Refusal.WRONG, left=left)


def answer_charges(ports: Ports, reset: PasswordReset, policy: Policy) -> tuple[Charge, ...]:
    """Return what an answer is counted against; those of a sign-in stay as they are."""
    counted = ((figures.RESET_ANSWERS, reset.whom), (figures.ANSWERS_PER_SIGN_IN, reset.id))
    return tuple(
        Charge(key=ports.room.counter_key(limit.name, whom), limit=policy.limit(limit))
        for limit, whom in counted
    )


class _Counted(NamedTuple):
    """An answer that was counted, to a question in ``way``."""

    reset: PasswordReset
    way: Way
    typed: str
    charges: Sequence[Charge]
    left: int


async def _judged(
    ports: Ports, here: ResetStanding, answer: _Counted, *, at: datetime
) -> Refused | None:
    reset, way, typed, charges, left = answer
    room, option, subscriber = ports.room, here.option(way), here.subscriber
    asked = await room.challenges.of_subject(reset.id, most=LOOKED_BACK)
    if (
        option is None
        or subscriber is None
        or not asked
        or asked[0].state is not ChallengeState.OPEN
        or asked[0].challenge.way != way
    ):
        failed = ChallengeFailed(way=way, because=Refusal.WRONG, purpose=Purpose.PASSWORD_RESET)
        await room.commit(record(reset, failed, succeeded=False, at=at))
        return Refused(because=Refusal.WRONG, left=left)
    counted = Try(
        context=context_of(reset, subscriber),
        asked=asked,
        typed=typed,
        charges=(),
        left=left,
        at=at,
    )
    held: Sequence[RegisteredMethod] = option.methods
    while True:
        judged = await judge(room, counted, held)
        if not isinstance(judged, Judged):
            return judged if isinstance(judged, Refused) else Refused(because=Refusal.WRONG)
        moved_on = replace(reset, asked=None, proven=(*reset.proven, judged.method.id))
        written = await write(
            room,
            judged,
            RequireEpoch(user_id=subscriber.person.user.id, epoch=reset.epoch),
            UpdateMethod(method=judged.method),
            AdvancePasswordReset(reset=moved_on),
            GiveBack(charges=tuple(charges), at=at),
        )
        if written is Written.DONE:
            return None
        if written is Written.ALREADY_USED:
            return Refused(because=Refusal.ALREADY_USED, left=left)
        ids = {one.id for one in option.methods}
        found = await room.methods.of_user(subscriber.person.user.id)
        held = [one for one in found if one.id in ids]
