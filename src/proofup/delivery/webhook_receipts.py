"""The route by which a webhook carrier reports the status of a message.

The signature of a receipt covers time and body. The body repeats the message's id, so a receipt
cannot be reused for another message.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.delivery.receipts import Receipt, Receipts, ReceiptStatus, noted
from proofup.delivery.signed_post import OfMessage, read_signed
from proofup.delivery.webhook import RECEIPTS_PATH
from proofup.values.clock import Clock
from proofup.values.ids import MessageId
from proofup.values.secret import Secret

LONGEST_REASON = 120  # letters


class _Receipt(OfMessage, frozen=True, kw_only=True):
    status: ReceiptStatus
    reason: Annotated[str, Meta(max_length=LONGEST_REASON)] | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None


def receipt_route(*, outbox: Receipts, secret: Secret[str], clock: Clock) -> Route:
    """Return the route that takes receipts signed with ``secret``.

    It reads and sets no cookie, so it needs no form token. Answers: 204; 400 for a malformed
    receipt; 401 unsigned; 404 for an unknown message; 503 when the store is busy.
    """

    async def take(request: Request) -> Response:
        at = clock()
        told = await read_signed(request, _Receipt, secret=secret, at=at)
        receipt = Receipt(
            message_id=MessageId(told.id), status=told.status, reason=told.reason, at=told.at or at
        )
        return await noted(outbox, receipt, at=at)

    return Route(RECEIPTS_PATH + "/{message_id}", take, methods=["POST"], name="receipt")
