"""Hearing what a carrier tells of a call, and answering what is said next.

A call is answered on the phone and not on a page. What was heard is noted with the challenge; the
page, which looks, then ends the challenge like any other. So a key pressed twice, late or after
another challenge was put is worth nothing.
"""

from datetime import datetime

from msgspec import Struct

from proofup.audit.entry import Entry, Event
from proofup.challenges.challenge import ChallengeState, HearChallenge, StoredChallenge
from proofup.challenges.fraud import fraud_changes
from proofup.challenges.room import Room
from proofup.methods.call import Moment, meaning, moment_of, said
from proofup.methods.protocol import Heard
from proofup.values.changes import Change
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import MessageId


class Reply(Struct, frozen=True, kw_only=True):
    """What the carrier says next, in ``language``, and whether it then waits for a key."""

    say: str
    language: str
    listens: bool


async def hear(
    room: Room,
    message_id: MessageId,
    event: Heard | None,
    digits: str,
    *,
    turn: int = 1,
    at: datetime,
) -> Reply | None:
    """Note what a carrier tells of the call ``message_id``; None where there is no such call.

    ``event`` is what happened to the call, or None where keys were pressed, which are
    ``digits``, when the carrier waited for them the ``turn``-th time. What is told twice, late or
    out of order changes nothing, and what is told twice is answered as before.
    """
    stored = await room.challenges.of_message(message_id)
    if stored is None or stored.challenge.way.is_typed:
        return None
    challenge = stored.challenge
    before = challenge.heard
    heard = event or meaning(digits, turn)
    if before and (before is heard or _goes_back(before, heard)):
        return _reply(room, stored, moment_of(before))
    is_over = stored.state is not ChallengeState.OPEN or at >= challenge.expires_at
    if is_over or (before and before.is_final):
        return _reply(room, stored, Moment.OVER)
    changes = (
        HearChallenge(challenge_id=challenge.id, before=before, heard=heard, at=at),
        *await _consequences(room, stored, heard, at=at),
    )
    try:
        await room.commit(*changes)
    except AlreadySpentError:  # another event of the same call, or its end, was faster
        return _reply(room, stored, Moment.OVER)
    return _reply(room, stored, moment_of(heard))


def _goes_back(before: Heard, heard: Heard) -> bool:
    """Tell whether ``heard`` happened before what is known already of a call that goes on."""
    order = (Heard.RINGING, Heard.ANSWERED, Heard.ANOTHER_KEY)
    return {before, heard} <= set(order) and order.index(heard) < order.index(before)


async def _consequences(
    room: Room, stored: StoredChallenge, heard: Heard, *, at: datetime
) -> tuple[Change, ...]:
    """Return what follows from the end of a call, beside its being noted."""
    if not heard.is_final or heard is Heard.APPROVED:
        return ()
    challenge = stored.challenge
    failed = Entry(
        at=at,
        event=Event.CHALLENGE_FAILED,
        actor=challenge.user_id,
        target=challenge.user_id,
        succeeded=False,
        correlation_id=stored.correlation_id,
        details={"way": challenge.way, "because": heard, "purpose": challenge.purpose},
    )
    if heard is Heard.FRAUD:
        return (failed, *await fraud_changes(room, stored, at=at))
    return (failed,)


def _reply(room: Room, stored: StoredChallenge, moment: Moment) -> Reply:
    challenge = stored.challenge
    words = said(
        moment,
        organisation=room.desk.organisation.name,
        purpose=challenge.purpose,
        words=room.desk.languages.words(challenge.language),
    )
    listens = moment in {Moment.GREETING, Moment.AGAIN}
    return Reply(say=words, language=challenge.language, listens=listens)
