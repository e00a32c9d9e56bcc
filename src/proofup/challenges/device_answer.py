"""The answer of a device: judged by its method, and stored for the page that waits for it.

The page then ends the challenge like any other. So an answer that comes twice, late, or after a
newer request has no effect.
"""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.challenges import ChallengeFailed
from proofup.challenges.challenge import ChallengeState, NoteCallStatus, StoredChallenge
from proofup.challenges.fraud import fraud_changes
from proofup.challenges.room import Room
from proofup.methods.protocol import Accepted, Answer, Because, CallStatus
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.giving_back import GiveBack
from proofup.policy.limits import CountTries, ResetCounters
from proofup.policy.request_tries import refusal_charge, request_charges
from proofup.values.changes import Change
from proofup.values.errors import AlreadySpentError, LimitReachedError
from proofup.values.ids import ChallengeId

STATUSES = {Because.DENIED: CallStatus.DENIED, Because.FRAUD: CallStatus.FRAUD}


async def open_request(
    room: Room, held: RegisteredMethod, *, at: datetime
) -> StoredChallenge | None:
    """Return the request that the device of ``held`` may answer now, if there is one."""
    stored = await room.challenges.on_device(held.user_id)
    return stored if stored and _is_for(stored, held, at=at) else None


async def answer_request(
    room: Room, held: RegisteredMethod, request: ChallengeId, signed: str, *, at: datetime
) -> CallStatus | None:
    """Judge ``signed``, the answer of the device of ``held``, and store what it says.

    Returns None where the request is answered, superseded, over, or not for this device. A wrong
    number ends the request, like a denial.
    """
    stored = await room.challenges.by_id(request)
    if stored is None or not _is_for(stored, held, at=at):
        return None
    challenge = stored.challenge
    verdict = room.catalogue.of(held).verify(held, challenge, Answer(signed), at=at)
    status = CallStatus.APPROVED
    if not isinstance(verdict, Accepted):
        because = getattr(verdict, "because", Because.WRONG)
        status = STATUSES.get(because, CallStatus.WRONG_NUMBER)
    note = NoteCallStatus(
        challenge_id=challenge.id, before=None, status=status, method_id=held.id, at=at
    )
    try:
        await _commit(room, stored, note, at=at)
    except AlreadySpentError:  # another device, or a newer request, was faster
        return None
    return status


def _is_for(stored: StoredChallenge, held: RegisteredMethod, *, at: datetime) -> bool:
    challenge = stored.challenge
    return (
        stored.state is ChallengeState.OPEN
        and challenge.origin is not None
        and challenge.call_status is None
        and challenge.user_id == held.user_id
        and challenge.method_id in {None, held.id}
        and at < challenge.expires_at
    )


async def _commit(
    room: Room, stored: StoredChallenge, note: NoteCallStatus, *, at: datetime
) -> None:
    policy, user_id = await room.policies.current(), stored.challenge.user_id
    refusals = refusal_charge(room.counter_key, policy, user_id)
    if note.status is CallStatus.APPROVED:
        asked = request_charges(room.counter_key, policy, user_id)
        given_back = GiveBack(charges=asked, at=stored.challenge.started_at)
        await room.commit(note, given_back, ResetCounters(keys=(refusals.key,)))
        return
    follows = await _consequences(room, stored, note.status, at=at)
    try:
        await room.commit(note, CountTries(charges=(refusals,), at=at), *follows)
    except LimitReachedError:  # requests rest already
        await room.commit(note, *follows)


async def _consequences(
    room: Room, stored: StoredChallenge, status: CallStatus, *, at: datetime
) -> tuple[Change, ...]:
    """Return what follows from a refusal, beside its being noted."""
    challenge = stored.challenge
    failed = Entry(
        at=at,
        event=ChallengeFailed(way=challenge.way, because=status, purpose=challenge.purpose),
        actor=challenge.user_id,
        target=challenge.user_id,
        succeeded=False,
        correlation_id=stored.correlation_id,
    )
    is_fraud = status is CallStatus.FRAUD
    return (failed, *(await fraud_changes(room, stored, at=at) if is_fraud else ()))
