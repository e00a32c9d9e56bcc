"""The route by which a webhook carrier reports the events of a call and gets the next step.

The route reads the event, stores the delivery status, passes the status of the call to the
challenge, and answers in the carrier's protocol. Repeated, late or reordered events change nothing
(security row NE2).
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
    """An event of a call, as a carrier posts it."""

    RINGING = "ringing"
    ANSWERED = "answered"
    KEYS = "keys"
    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    HUNG_UP = "hungUp"
    VOICEMAIL = "voicemail"
    FAILED = "failed"


class NoteCall(Protocol):
    """Passes an event to the challenge of the call; None if there is no such call."""

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
        """Return the next prompt."""
        ...


class _Event(OfMessage, frozen=True, kw_only=True):
    event: CallEvent
    digits: Annotated[str, Meta(pattern=r"^[0-9*#]{1,8}$")] | None = None
    turn: Annotated[int, Meta(ge=1, le=9)] | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None


class _Next(Struct, frozen=True, kw_only=True):
    """The carrier's next step: say something, then listen for keys or end the call."""

    say: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    then: Literal["listen", "hangUp"] = "hangUp"


# The delivery status of each event, with the reason of a failure.
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

    Answers: 200 with the next step; 400 for a malformed event; 401 unsigned; 404 for an unknown
    call; 503 when the store is busy.
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
    """Return the carrier's next step; without words if the call has ended."""
    if event in IS_TALKING:
        then: Literal["listen", "hangUp"] = "listen" if reply.listens else "hangUp"
        step = _Next(say=reply.say, language=reply.language, then=then)
    else:
        step = _Next()
    return Response(msgspec.json.encode(step), media_type="application/json")
