"""The door by which a carrier tells what became of a text (security.md NE2).

A receipt is signed over time and body, and repeats the message's id in the body, so that it
cannot be turned into one for another message. It only ever moves a message forward.
"""

import re
from datetime import datetime
from typing import Annotated, Literal, Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.delivery.signature import InvalidSignatureError, verify_signature
from proofup.delivery.webhook import RECEIPTS_PATH
from proofup.values.clock import Clock
from proofup.values.errors import TooBusyError
from proofup.values.ids import MessageId
from proofup.values.secret import Secret

LONGEST_BODY = 4096  # bytes
LONGEST_REASON = 120  # letters
LONGEST_ID = 64


class Receipts(Protocol):
    """The marks of the outbox that a carrier may set; see ``Outbox`` for what they mean."""

    async def mark_sent(self, message_id: MessageId, carrier_ref: str | None, at: datetime) -> bool:
        """Note that the message is on its way."""
        ...

    async def mark_delivered(self, message_id: MessageId, at: datetime) -> bool:
        """Note that the message arrived."""
        ...

    async def mark_failed(
        self, message_id: MessageId, reason: str, at: datetime, retry_at: datetime | None
    ) -> bool:
        """Note that the message will not arrive."""
        ...


class _Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Annotated[str, msgspec.Meta(max_length=LONGEST_ID)]
    status: Literal["sent", "delivered", "failed"]
    reason: Annotated[str, msgspec.Meta(max_length=LONGEST_REASON)] | None = None
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class _Refusal(Exception):  # noqa: N818 - an answer, not an accident
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def receipt_route(*, outbox: Receipts, secret: Secret[str], clock: Clock) -> Route:
    """Return the route that takes receipts signed with ``secret``.

    It reads no cookie and sets none, so it needs no form token. Answers: 204; 400 for what is
    malformed; 401 unsigned; 404 for a message that is not known; 503 when the store is busy.
    """

    async def take(request: Request) -> Response:
        try:
            receipt = await _received(request, secret, clock())
            known = await _mark(outbox, receipt, clock())
        except _Refusal as refusal:
            return _refused(refusal)
        except TooBusyError as error:
            answer = _refused(_Refusal(503, "busy", "try again shortly"))
            answer.headers["Retry-After"] = str(error.retry_after_seconds)
            return answer
        if not known:
            return _refused(_Refusal(404, "notFound", "id: there is no such message"))
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    return Route(RECEIPTS_PATH + "/{message_id}", take, methods=["POST"], name="receipt")


async def _received(request: Request, secret: Secret[str], at: datetime) -> _Receipt:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise _Refusal(400, "invalidRequest", f"the body is longer than {LONGEST_BODY} bytes")
    try:
        verify_signature(secret, request.headers, body, at=at)
    except InvalidSignatureError as error:
        raise _Refusal(401, "unauthorized", f"{error.header} {error.reason}") from error
    try:
        receipt = msgspec.json.decode(body, type=_Receipt)
    except msgspec.MsgspecError as error:
        raise _Refusal(400, "invalidRequest", str(error)) from error
    if receipt.id != request.path_params["message_id"]:
        raise _Refusal(400, "invalidRequest", "id: the body names another message than the address")
    return receipt


async def _mark(outbox: Receipts, receipt: _Receipt, at: datetime) -> bool:
    message_id = MessageId(receipt.id)
    happened_at = min(receipt.at or at, at)  # a carrier's clock may be ahead of ours
    match receipt.status:
        case "sent":
            return await outbox.mark_sent(message_id, None, happened_at)
        case "delivered":
            return await outbox.mark_delivered(message_id, happened_at)
        case _:  # failed
            return await outbox.mark_failed(message_id, _kept(receipt.reason), happened_at, None)


def _kept(reason: str | None) -> str:
    """Return ``reason`` as it may be stored and logged: one line, and no number of a person."""
    words = " ".join((reason or "the carrier gave no reason").split())
    return re.sub(r"\+?\d[\d ()-]{3,}\d", "…", words)


def _refused(refusal: _Refusal) -> Response:
    error = {"code": refusal.code, "message": refusal.message}
    return Response(
        msgspec.json.encode({"error": error}),
        status_code=refusal.status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
