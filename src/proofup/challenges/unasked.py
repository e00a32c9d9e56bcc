"""Judging an answer to a challenge that is not stored: a recovery code, a pass, or a passkey.

The method itself stores what was used, or the question was used up before: each answer works once.
"""

from collections.abc import Sequence
from datetime import datetime

from proofup.challenges.answer import Judged
from proofup.challenges.judging import answer_to
from proofup.challenges.outcome import Refusal
from proofup.challenges.room import Room
from proofup.methods.catalogue import Catalogue
from proofup.methods.protocol import (
    Accepted,
    Because,
    Challenge,
    Purpose,
    Question,
    Rejected,
    VerificationMethod,
)
from proofup.methods.registered_methods import RegisteredMethod, UpdateMethod
from proofup.values.ids import ChallengeId, random_id
from proofup.values.secret import Secret
from proofup.values.stretching import Stretch
from proofup.values.ways import Way

SALT_BYTES = 16


async def judge_unasked(
    room: Room,
    way: Way,
    typed: str,
    held: Sequence[RegisteredMethod],
    *,
    asked: Sequence[Challenge] = (),
    at: datetime,
) -> Judged | Refusal:
    """Judge ``typed`` by ``held``, those methods that may be answered in ``way`` now.

    ``asked`` is what was asked, under every key, where a page has asked something. The flow has
    already counted the attempt. The time does not depend on whether the person has
    such a method or on the input. Raises TooBusyError if too many hashes are waiting.
    """
    because, is_stretched = Refusal.WRONG, not room.catalogue.stretches(way)
    for one in held:
        method = room.catalogue.of(one)
        answer = await answer_to(room, one, typed)
        is_stretched = is_stretched or answer.stretched is not None
        for question in asked or (_question(room, method, one, way, at=at),):
            verdict = method.verify(one, question, answer, at=at)
            if isinstance(verdict, Accepted):
                stored = verdict.method
                return Judged(way=way, method=stored, changes=(UpdateMethod(method=stored),))
            if isinstance(verdict, Rejected) and verdict.because is not Because.WRONG:
                because = Refusal(verdict.because.value)
    if not is_stretched:
        salt, terms = room.entropy(SALT_BYTES), room.stretching.terms
        await room.stretching.stretch(Stretch(text=Secret(""), salt=salt, terms=terms))
    return because


def is_unknown(
    catalogue: Catalogue, way: Way, typed: str, held: Sequence[RegisteredMethod]
) -> bool:
    """Tell whether the browser answers with a method that is none of ``held``: it was deleted."""
    method = catalogue.by_browser(way)
    claim = method.claim(typed) if method else None
    return claim is not None and all(one.id != claim.method_id for one in held)


def _question(
    room: Room, method: VerificationMethod, held: RegisteredMethod, way: Way, *, at: datetime
) -> Challenge:
    return method.challenge(
        held,
        Question(
            id=ChallengeId(random_id(room.entropy)),
            purpose=Purpose.SIGN_IN,
            way=way,
            at=at,
        ),
        room.entropy,
    )
