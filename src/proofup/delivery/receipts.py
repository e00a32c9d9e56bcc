"""Carriers' receipts and their effect, the same for every carrier (security row NE2).

A receipt only moves a message forward: repeated, late or reordered ones change nothing.
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct
from starlette.responses import Response

from proofup.values.errors import ProofupError
from proofup.values.ids import MessageId

NUMBER = re.compile(r"\+?\d[\d ()-]{3,}\d")


class ReceiptStatus(StrEnum):
    """The status of a message, as a carrier reports it."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class Receipt(Struct, frozen=True, kw_only=True):
    """An authenticated receipt. ``reason`` is the carrier's own text."""

    message_id: MessageId
    status: ReceiptStatus
    reason: str | None
    at: datetime


class RefusedReceiptError(ProofupError):
    """A carrier's post is refused: the HTTP status, a code, and a message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


class Receipts(Protocol):
    """The marks of the outbox that a carrier may set; ``Outbox`` explains them."""

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


async def noted(outbox: Receipts, receipt: Receipt, *, at: datetime) -> Response:
    """Mark the message and return 204. Raises RefusedReceiptError if it is unknown."""
    if not await mark(outbox, receipt, at=at):
        raise RefusedReceiptError(404, "notFound", "id: there is no such message")
    return Response(status_code=204)


async def mark(outbox: Receipts, receipt: Receipt, *, at: datetime) -> bool:
    """Update the message by ``receipt``; False if there is no such message."""
    happened_at = min(receipt.at, at)  # the carrier's clock may be ahead
    match receipt.status:
        case ReceiptStatus.SENT:
            return await outbox.mark_sent(receipt.message_id, None, happened_at)
        case ReceiptStatus.DELIVERED:
            return await outbox.mark_delivered(receipt.message_id, happened_at)
        case ReceiptStatus.FAILED:
            reason = _kept(receipt.reason)
            return await outbox.mark_failed(receipt.message_id, reason, happened_at, None)


def _kept(reason: str | None) -> str:
    """Return ``reason`` for storage and logs: one line, without phone numbers."""
    words = " ".join((reason or "the carrier gave no reason").split())
    return NUMBER.sub("…", words)
