"""Receipts: the outbox and the challenges, read together by correlation id."""

from collections.abc import Mapping, Sequence

from proofup.challenges.receipts import Receipt, Sending
from proofup.methods.protocol import CallStatus
from proofup.storage.aggregate import Aggregate
from proofup.storage.columns import instant_or_none
from proofup.values.clock import from_microseconds
from proofup.values.ids import CorrelationId
from proofup.values.messages import DeliveryState

AT_ONCE = 20  # ids for one statement
RECEIPTS = (
    "SELECT o.correlation_id, o.created_at, o.state, o.changed_at, o.sent_at, o.delivered_at, "
    "o.reason, c.state, c.heard FROM outbox o LEFT JOIN challenges c ON c.message_id = o.id "
    f"WHERE o.correlation_id IN ({', '.join('?' * AT_ONCE)})"
)


class ReceiptRows(Aggregate, frozen=True):
    """The port ``Receipts``."""

    async def of(self, sent_under: Sequence[CorrelationId]) -> Mapping[Sending, Receipt]:
        """Return the receipts of messages that were asked for under these ids."""
        found: dict[Sending, Receipt] = {}
        for start in range(0, len(sent_under), AT_ONCE):
            ids = [*sent_under[start : start + AT_ONCE]]
            padded = [*ids, *([""] * (AT_ONCE - len(ids)))]
            for columns in await self.engine.rows(RECEIPTS, *padded):
                key = (CorrelationId(columns[0]), from_microseconds(columns[1]))
                found[key] = Receipt(
                    state=DeliveryState(columns[2]),
                    changed_at=from_microseconds(columns[3]),
                    sent_at=instant_or_none(columns[4]),
                    delivered_at=instant_or_none(columns[5]),
                    reason=columns[6],
                    is_answered=columns[7] == "answered",
                    call_status=None if columns[8] is None else CallStatus(columns[8]),
                )
        return found
