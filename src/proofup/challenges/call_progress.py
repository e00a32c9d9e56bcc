"""Handles the events of a call, and returns the next prompt.

A call is answered on the phone, not on a page. The status is stored with the challenge; the page
polls it and then ends the challenge like any other. So a key that is pressed twice, late or after a
newer challenge has no effect.
"""

from datetime import datetime

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.audit.events.challenges import ChallengeFailed
from proofup.challenges.challenge import ChallengeState, NoteCallStatus, StoredChallenge
from proofup.challenges.fraud import fraud_changes
from proofup.challenges.room import Room
from proofup.methods.call import CallPrompt, meaning, prompt_after, said
from proofup.methods.protocol import CallStatus
from proofup.values.changes import Change
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import MessageId


class Reply(Struct, frozen=True, kw_only=True):
    """What the carrier says next, in ``language``, and whether it then waits for a key."""

    say: str
    language: str
    listens: bool


async def note_call(
    room: Room,
    message_id: MessageId,
    event: CallStatus | None,
    digits: str,
    *,
    turn: int = 1,
    at: datetime,
) -> Reply | None:
    """Note what a carrier tells of the call ``message_id``; None where there is no such call.

    ``event`` is the event of the call, or None if keys were pressed: then ``digits`` are the keys
    of the ``turn``-th wait. Repeated, late or reordered events change nothing; a repeated event
    gets the same reply.
    """
    stored = await room.challenges.of_message(message_id)
    if stored is None or room.catalogue.traits[stored.challenge.way].typed:
        return None
    challenge = stored.challenge
    before = challenge.call_status
    status = event or meaning(digits, turn)
    if before and (before is status or _goes_back(before, status)):
        return _reply(room, stored, prompt_after(before))
    is_over = stored.state is not ChallengeState.OPEN or at >= challenge.expires_at
    if is_over or (before and before.is_final):
        return _reply(room, stored, CallPrompt.OVER)
    changes = (
        NoteCallStatus(challenge_id=challenge.id, before=before, status=status, at=at),
        *await _consequences(room, stored, status, at=at),
    )
    try:
        await room.commit(*changes)
    except AlreadySpentError:  # another event of the same call, or its end, was faster
        return _reply(room, stored, CallPrompt.OVER)
    return _reply(room, stored, prompt_after(status))


def _goes_back(before: CallStatus, status: CallStatus) -> bool:
    """Tell whether ``status`` comes before one that is known already."""
    order = (CallStatus.RINGING, CallStatus.ANSWERED, CallStatus.ANOTHER_KEY)
    return {before, status} <= set(order) and order.index(status) < order.index(before)


async def _consequences(
    room: Room, stored: StoredChallenge, status: CallStatus, *, at: datetime
) -> tuple[Change, ...]:
    """Return what follows from the end of a call, beside its being noted."""
    if not status.is_final or status is CallStatus.APPROVED:
        return ()
    challenge = stored.challenge
    failed = Entry(
        at=at,
        event=ChallengeFailed(way=challenge.way, because=status, purpose=challenge.purpose),
        actor=challenge.user_id,
        target=challenge.user_id,
        succeeded=False,
        correlation_id=stored.correlation_id,
    )
    if status is CallStatus.FRAUD:
        return (failed, *await fraud_changes(room, stored, at=at))
    return (failed,)


def _reply(room: Room, stored: StoredChallenge, prompt: CallPrompt) -> Reply:
    challenge = stored.challenge
    words = said(
        prompt,
        organisation=room.notifier.organisation.name,
        purpose=challenge.purpose,
        words=room.notifier.languages.words(challenge.language),
    )
    listens = prompt in {CallPrompt.GREETING, CallPrompt.AGAIN}
    return Reply(say=words, language=challenge.language, listens=listens)
