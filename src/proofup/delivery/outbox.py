"""The ports of the outbox, as delivery needs it; storage implements them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from proofup.values.ids import CorrelationId, MessageId
from proofup.values.messages import Content

Kind: TypeAlias = Literal["text", "call", "mail", "notification"]
"""What a message is; each kind is claimed apart, so that none holds up another."""


class ClaimedMessage(Protocol):
    """A message that this process alone may send until the lease ends."""

    @property
    def id(self) -> MessageId:
        """The id of the message; the same at every attempt."""
        ...

    @property
    def content(self) -> Content:
        """The content to send."""
        ...

    @property
    def language(self) -> str:
        """The language of its reader, such as ``en`` (BCP 47)."""
        ...

    @property
    def created_at(self) -> datetime:
        """When the flow asked for it."""
        ...

    @property
    def expires_at(self) -> datetime:
        """The instant from which on it must not be sent."""
        ...

    @property
    def attempts(self) -> int:
        """How often it was claimed, including this time."""
        ...

    @property
    def correlation_id(self) -> CorrelationId:
        """The correlation id for the logs."""
        ...


class Outbox(Protocol):
    """Messages and how far each has come. Every method is durable when it returns.

    States only go forward, because a carrier's receipt may overtake the sender or another receipt:
    queued < sent < failed < delivered. A mark that would go back only fills in unknown values
    (``carrier_ref``, the time of sending), and is no error.
    """

    async def claim(
        self, kind: Kind, most: int, lease: timedelta, at: datetime
    ) -> Sequence[ClaimedMessage]:
        """Lease up to ``most`` messages of ``kind`` until ``at + lease`` and return them.

        These are queued messages, oldest first, whose ``retry_at`` (if any) has passed and which
        have no valid lease. The claim counts as one more attempt. Expired messages are included, to
        be given up. Writes nothing if there is no such message.
        """
        ...

    async def mark_sent(self, message_id: MessageId, carrier_ref: str | None, at: datetime) -> bool:
        """Note that a carrier took the message. False if there is no such message."""
        ...

    async def mark_delivered(self, message_id: MessageId, at: datetime) -> bool:
        """Note that the message arrived. False if there is no such message."""
        ...

    async def mark_failed(
        self, message_id: MessageId, reason: str, at: datetime, retry_at: datetime | None
    ) -> bool:
        """Note why the message was refused or did not arrive. False if there is no such message.

        With ``retry_at``, a queued message can be claimed again at that time, and a message in
        another state stays unchanged. Without it, the message has failed permanently.
        """
        ...

    async def wait(self, at_most: timedelta) -> None:
        """Return once a message was put in since the last call, or after ``at_most``.

        Messages that arrive between two calls, or while a call is cancelled, are not missed.
        """
        ...
