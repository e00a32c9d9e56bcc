"""The door by which the webhook's carrier tells of a call, and hears what to say next.

This door reads the event, notes its delivery status, hands the status of the call to the
challenge, and answers in words that a carrier knows. An event that comes twice, late or out of
order changes nothing (security.md NE2).
"""

from collections.abc import Awaitable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Protocol

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.challenges.call_progress import Reply
from proofup.delivery.receipts import (
    Receipt,
    Receipts,
    ReceiptStatus,
    RefusedReceiptError,
    mark,
)
from proofup.delivery.signed_post import OfMessage, read_signed
from proofup.delivery.webhook import CALLS_PATH
from proofup.methods.protocol import CallStatus
from proofup.values.clock import Clock
from proofup.values.ids import MessageId
from proofup.values.secret import Secret


class CallEvent(StrEnum):
    """What a carrier tells of a call."""

    RINGING = "ringing"
    ANSWERED = "answered"
    KEYS = "keys"
    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    HUNG_UP = "hungUp"
    VOICEMAIL = "voicemail"
    FAILED = "failed"


class NoteCall(Protocol):
    """Notes an event with the challenge that the call puts; None where there is no such call."""

    def __call__(
        self,
        message_id: MessageId,
        event: CallStatus | None,
        digits: str,
        /,
        *,
        turn: int,
        at: datetime,
    ) -> Awaitable[Reply | None]:
        """Return what is to be said next."""
        ...


class _Event(OfMessage, frozen=True, kw_only=True):
    event: CallEvent
    digits: Annotated[str, Meta(pattern=r"^[0-9*#]{1,8}$")] | None = None
    turn: Annotated[int, Meta(ge=1, le=9)] | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None


class _Next(Struct, frozen=True, kw_only=True):
    """What the carrier does next: say something, then listen for keys or end the call."""

    say: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    then: Literal["listen", "hangUp"] = "hangUp"


# How far the message has come; why it failed, where it did.
PROGRESS: Mapping[CallEvent, tuple[ReceiptStatus, str | None]] = {
    CallEvent.RINGING: (ReceiptStatus.SENT, None),
    CallEvent.ANSWERED: (ReceiptStatus.DELIVERED, None),
    CallEvent.KEYS: (ReceiptStatus.DELIVERED, None),
    CallEvent.HUNG_UP: (ReceiptStatus.DELIVERED, None),
    CallEvent.BUSY: (ReceiptStatus.FAILED, "the line was busy"),
    CallEvent.NO_ANSWER: (ReceiptStatus.FAILED, "nobody answered"),
    CallEvent.VOICEMAIL: (ReceiptStatus.FAILED, "it went to voicemail"),
    CallEvent.FAILED: (ReceiptStatus.FAILED, "the carrier could not call"),
}
IS_TALKING = frozenset({CallEvent.RINGING, CallEvent.ANSWERED, CallEvent.KEYS})
DIGITS_AND_TURN = "digits: they and turn belong to the event keys, and to no other"


def call_route(
    *, note_call: NoteCall, outbox: Receipts, secret: Secret[str], clock: Clock
) -> Route:
    """Return the route that takes events signed with ``secret``.

    Answers: 200 with what to do next; 400 for what is malformed; 401 unsigned; 404 for a call
    that is not known; 503 when the store is busy.
    """

    async def take(request: Request) -> Response:
        at = clock()
        told = await read_signed(request, _Event, secret=secret, at=at)
        has_keys = told.event is CallEvent.KEYS
        if (told.digits is not None) is not has_keys or (told.turn is not None) is not has_keys:
            raise RefusedReceiptError(400, "invalidRequest", DIGITS_AND_TURN)
        message_id = MessageId(told.id)
        call_status = None if has_keys else CallStatus(told.event.value)
        status, reason = PROGRESS[told.event]
        receipt = Receipt(message_id=message_id, status=status, reason=reason, at=told.at or at)
        reply = await note_call(
            message_id, call_status, told.digits or "", turn=told.turn or 1, at=at
        )
        if reply is None:
            raise RefusedReceiptError(404, "notFound", "id: there is no such call")
        await mark(outbox, receipt, at=at)
        return _answered(told.event, reply)

    return Route(CALLS_PATH + "/{message_id}", take, methods=["POST"], name="call event")


def _answered(event: CallEvent, reply: Reply) -> Response:
    """Return what the carrier does next; to a call that has ended nothing is said."""
    if event in IS_TALKING:
        then: Literal["listen", "hangUp"] = "listen" if reply.listens else "hangUp"
        step = _Next(say=reply.say, language=reply.language, then=then)
    else:
        step = _Next()
    return Response(msgspec.json.encode(step), media_type="application/json")
