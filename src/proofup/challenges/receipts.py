"""What became of the messages with codes that the log tells of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.audit.events.challenges import ChallengeSent
from proofup.methods.protocol import CallStatus
from proofup.values.ids import CorrelationId
from proofup.values.messages import DeliveryState

Sending: TypeAlias = tuple[CorrelationId, datetime]
"""The correlation id under which a message was asked for, and when; its entry has both."""


class Receipt(Struct, frozen=True, kw_only=True):
    """How far a message has come.

    ``reason`` is what the carrier said of a failure. ``is_answered`` and ``call_status`` are known
    while the challenge is stored, about an hour.
    """

    state: DeliveryState
    changed_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    reason: str | None = None
    is_answered: bool = False
    call_status: CallStatus | None = None


class Receipts(Protocol):
    """Reads receipts."""

    async def of(self, sent_under: Sequence[CorrelationId]) -> Mapping[Sending, Receipt]:
        """Return the receipts of the texts, calls and mails that were asked for under these ids."""
        ...


async def followed(receipts: Receipts, entries: Sequence[Entry]) -> list[Receipt | None]:
    """Return for each of ``entries`` the receipt of its message, or None if it tells of none."""
    sent = [one.correlation_id for one in entries if isinstance(one.event, ChallengeSent)]
    found = await receipts.of(list(dict.fromkeys(sent))) if sent else {}
    return [
        found.get((one.correlation_id, one.at)) if isinstance(one.event, ChallengeSent) else None
        for one in entries
    ]
