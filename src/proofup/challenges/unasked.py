"""Judging what is typed without having been asked for: a recovery code, or a pass.

No challenge is stored. The method itself remembers what was used, so each answer works once.
"""

from datetime import datetime

from proofup.challenges.answer import Judged
from proofup.challenges.judging import answer_to
from proofup.challenges.outcome import Refusal
from proofup.challenges.room import Room
from proofup.methods.catalogue import Option
from proofup.methods.protocol import Accepted, Purpose, Rejected, UpdateMethod
from proofup.values.ids import ChallengeId, random_id


async def judge_unasked(
    room: Room, typed: str, option: Option, *, at: datetime
) -> Judged | Refusal:
    """Judge ``typed`` by the methods of ``option``.

    The flow has counted the try before. Raises TooBusyError where too much waits to be hashed.
    """
    because = Refusal.WRONG
    for one in option.methods:
        method = room.catalogue.of(one)
        question = method.challenge(
            one,
            challenge_id=ChallengeId(random_id(room.entropy)),
            purpose=Purpose.SIGN_IN,
            way=option.way,
            language="",  # nothing is said
            at=at,
            entropy=room.entropy,
        )
        verdict = method.verify(one, question, await answer_to(room, one, typed), at=at)
        if isinstance(verdict, Accepted):
            stored = verdict.method
            return Judged(way=option.way, method=stored, changes=(UpdateMethod(method=stored),))
        if isinstance(verdict, Rejected) and because is Refusal.WRONG:
            because = Refusal(verdict.because.value)
    return because
