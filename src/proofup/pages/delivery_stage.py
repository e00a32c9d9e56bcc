"""How far a text has come, in the steps a page shows."""

from datetime import datetime, timedelta
from enum import StrEnum

from proofup.values.messages import Delivery, DeliveryState

PATIENCE = timedelta(seconds=20)  # then a text that nobody confirmed is called late


class Stage(StrEnum):
    """What the delivery line of a page says; the page asks again until one of the last two."""

    QUEUED = "queued"
    SENT = "sent"
    LATE = "late"
    DELIVERED = "delivered"
    FAILED = "failed"


def stage_of(delivery: Delivery, *, at: datetime) -> Stage:
    """Return what a page says of ``delivery`` at an instant."""
    if delivery.state is DeliveryState.DELIVERED:
        return Stage.DELIVERED
    if delivery.state is DeliveryState.FAILED:
        return Stage.FAILED
    if at - (delivery.sent_at or delivery.changed_at) > PATIENCE:
        return Stage.LATE
    return Stage.SENT if delivery.state is DeliveryState.SENT else Stage.QUEUED
