"""The routes by which Twilio reports on texts and calls, and asks what a call says.

Each request is signed with the auth token of the account (security row NE2). Repeated, late or
reordered reports change nothing.
"""

import hmac
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import parse_qsl

from msgspec import Struct
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
    noted,
)
from proofup.delivery.twilio import CALLS_PATH, SIGNATURE, TEXTS_PATH, signature
from proofup.delivery.webhook_calls import PROGRESS, CallEvent, NoteCall
from proofup.methods.protocol import CallStatus
from proofup.values.clock import Clock
from proofup.values.ids import MessageId
from proofup.values.secret import Secret

OF_TEXTS: Mapping[str, ReceiptStatus] = {
    "accepted": ReceiptStatus.SENT,
    "queued": ReceiptStatus.SENT,
    "sending": ReceiptStatus.SENT,
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "undelivered": ReceiptStatus.FAILED,
    "failed": ReceiptStatus.FAILED,
}
OF_CALLS: Mapping[str, CallEvent] = {
    "ringing": CallEvent.RINGING,
    "in-progress": CallEvent.ANSWERED,
    "busy": CallEvent.BUSY,
    "no-answer": CallEvent.NO_ANSWER,
    "failed": CallEvent.FAILED,
    "canceled": CallEvent.FAILED,
    "completed": CallEvent.HUNG_UP,
}
MACHINES = ("machine", "fax")
SPOKEN: Mapping[str, str] = {"en": "en-US", "de": "de-DE", "ar": "arb"}  # as Twilio names voices
LISTEN_SECONDS = 10
MOST_TURNS = 3


class TwilioRoutes(Struct, frozen=True, kw_only=True):
    """What the routes need; ``public_url`` is the address that Twilio was given."""

    outbox: Receipts
    note_call: NoteCall
    public_url: str
    clock: Clock

    def of_texts(self, token: Secret[str]) -> Sequence[Route]:
        """Return the route that takes the status of a text; answers 204, 400, 401, 404, 503."""

        async def take(request: Request) -> Response:
            fields, at = await self._signed(request, token), self.clock()
            status = OF_TEXTS.get(fields.get("MessageStatus", ""))
            if status is None:
                raise RefusedReceiptError(400, "invalidRequest", "MessageStatus: is unknown")
            code = fields.get("ErrorCode")
            reason = f"error {code}" if code and code.isdecimal() else None
            message_id = MessageId(request.path_params["message_id"])
            receipt = Receipt(message_id=message_id, status=status, reason=reason, at=at)
            return await noted(self.outbox, receipt, at=at)

        path = TEXTS_PATH + "/{message_id}"
        return [Route(path, take, methods=["POST"], name="twilio text")]

    def of_calls(self, token: Secret[str]) -> Sequence[Route]:
        """Return the routes of a call: what it says next, and its status."""

        async def say(request: Request) -> Response:
            fields = await self._signed(request, token)
            if fields.get("AnsweredBy", "").startswith(MACHINES):
                await self._note(request, CallEvent.VOICEMAIL)
                return _xml("<Hangup/>")
            turn = _turn(request)
            keys = fields.get("Digits", "") + fields.get("FinishedOnKey", "")
            if turn and keys:
                reply = await self._note(request, CallEvent.KEYS, keys, turn)
            else:
                reply = await self._note(request, CallEvent.ANSWERED)
            return _spoken(reply, request.url.path, turn + 1)

        async def status(request: Request) -> Response:
            fields = await self._signed(request, token)
            event = OF_CALLS.get(fields.get("CallStatus", ""))
            if event is None:
                raise RefusedReceiptError(400, "invalidRequest", "CallStatus: is unknown")
            if fields.get("AnsweredBy", "").startswith(MACHINES):
                event = CallEvent.VOICEMAIL
            await self._note(request, event)
            return Response(status_code=204)

        path = CALLS_PATH + "/{message_id}"
        return [
            Route(path, say, methods=["POST"], name="twilio call"),
            Route(f"{path}/status", status, methods=["POST"], name="twilio call status"),
        ]

    async def _note(
        self, request: Request, event: CallEvent, keys: str = "", turn: int = 1
    ) -> Reply:
        at, message_id = self.clock(), MessageId(request.path_params["message_id"])
        status = None if event is CallEvent.KEYS else CallStatus(event.value)
        reply = await self.note_call(message_id, status, keys, turn=turn, at=at)
        if reply is None:
            raise RefusedReceiptError(404, "notFound", "there is no such call")
        state, reason = PROGRESS[event]
        receipt = Receipt(message_id=message_id, status=state, reason=reason, at=at)
        await mark(self.outbox, receipt, at=at)
        return reply

    async def _signed(self, request: Request, token: Secret[str]) -> Mapping[str, str]:
        """Return the form, whose signature is right. Raises RefusedReceiptError."""
        body = await request.body()
        try:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
        except ValueError as error:
            raise RefusedReceiptError(400, "invalidRequest", "the form is not readable") from error
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{self.public_url.rstrip('/')}{request.url.path}{query}"
        given = request.headers.get(SIGNATURE, "")
        if not hmac.compare_digest(signature(token, url, fields).encode(), given.encode()):
            problem = f"{SIGNATURE} is not that of this request"
            raise RefusedReceiptError(401, "unauthorized", problem)
        return fields


def _turn(request: Request) -> int:
    """Return in which wait keys were pressed, or 0 before the first."""
    told = request.query_params.get("turn", "0")
    return min(int(told), MOST_TURNS) if told.isdecimal() and len(told) == 1 else 0


def _spoken(reply: Reply, path: str, turn: int) -> Response:
    """Say the reply, and wait for a key if there is one to come."""
    language = escape(SPOKEN.get(reply.language, reply.language))
    said = f'<Say language="{language}">{escape(reply.say)}</Say>'
    if not reply.listens or turn > MOST_TURNS:
        return _xml(f"{said}<Hangup/>")
    following = escape(f"{path}?turn={turn}")
    gather = (
        f'<Gather input="dtmf" finishOnKey="#" timeout="{LISTEN_SECONDS}" '
        f'actionOnEmptyResult="true" action="{following}">{said}</Gather>'
    )
    return _xml(gather)


def _xml(inner: str) -> Response:
    document = f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>'
    return Response(document, media_type="text/xml")
