"""Comparing an answer with a challenge, by the methods that were asked. Writes nothing."""

from collections.abc import Sequence
from datetime import datetime

from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.outcome import Refusal, Refused, Waiting
from proofup.challenges.room import Room
from proofup.methods.catalogue import Catalogue
from proofup.methods.protocol import Accepted, Answer, Awaiting, Because
from proofup.methods.registered_methods import RegisteredMethod


async def judged(
    room: Room,
    asked: StoredChallenge,
    held: Sequence[RegisteredMethod],
    typed: str,
    *,
    at: datetime,
) -> Accepted | Waiting | Refused:
    """Return the first acceptance among the methods that were asked, else the best reason.

    Raises TooBusyError where the answer has to be stretched and too much waits for that.
    """
    catalogue, challenge = room.catalogue, asked.challenge
    able = [
        method
        for method in held
        if challenge.way in catalogue.of(method).ways(method)
        and challenge.method_id in {None, method.id}
    ]
    if not able:
        return Refused(because=Refusal.METHOD_GONE)
    reasons = []
    for method in able:
        answer = await answer_to(room, method, typed)
        verdict = catalogue.of(method).verify(method, challenge, answer, at=at)
        if isinstance(verdict, Accepted):
            return verdict
        if isinstance(verdict, Awaiting):
            return Waiting()
        reasons.append(verdict.because)
    # WRONG is the least helpful reason: prefer any other.
    because = next((reason for reason in reasons if reason is not Because.WRONG), Because.WRONG)
    return Refused(because=Refusal(because.value))


async def answer_to(room: Room, method: RegisteredMethod, typed: str) -> Answer:
    """Return ``typed`` as ``method`` judges it, stretched where that is asked for."""
    wanted = room.catalogue.to_stretch(method, typed)
    return Answer(typed, await room.stretching.stretch(wanted) if wanted else None)


def recognised(
    catalogue: Catalogue, older: StoredChallenge, held: Sequence[RegisteredMethod], typed: str
) -> bool:
    """Tell whether ``typed`` was right for a challenge that a newer one has replaced."""
    challenge = older.challenge
    if challenge.verifier is None:
        return False
    # Judged at the time of the challenge, so that an expired code is still recognised.
    return any(
        isinstance(
            catalogue.of(method).verify(method, challenge, Answer(typed), at=challenge.started_at),
            Accepted,
        )
        for method in held
        if method.id == challenge.method_id
    )
