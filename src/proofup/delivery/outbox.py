"""The outbox as delivery needs it; storage keeps it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from proofup.values.ids import CorrelationId, MessageId
from proofup.values.messages import Call, Mail, Text

Kind: TypeAlias = Literal["text", "call", "mail"]
"""What a message is; each kind is claimed apart, so that none holds up another."""


class ClaimedMessage(Protocol):
    """A message that this process alone may send until the lease ends."""

    @property
    def id(self) -> MessageId:
        """The id it was put in under; the same at every try."""
        ...

    @property
    def content(self) -> Text | Call | Mail:
        """What is to be sent."""
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
        """From when on it must not be sent."""
        ...

    @property
    def attempts(self) -> int:
        """How often it was claimed, this time included."""
        ...

    @property
    def correlation_id(self) -> CorrelationId:
        """What the logs tie it to."""
        ...


class Outbox(Protocol):
    """Messages and how far each has come. Every method is durable when it returns.

    States only go forward, because a carrier's receipt may overtake the sender or another
    receipt: queued < sent < failed < delivered. A mark that would go back changes nothing but
    what is still unknown (``carrier_ref``, the time of sending), and is no error.
    """

    async def claim(
        self, kind: Kind, most: int, lease: timedelta, at: datetime
    ) -> Sequence[ClaimedMessage]:
        """Lease up to ``most`` messages of ``kind`` until ``at + lease`` and return them.

        Taken are queued ones, oldest first, whose ``retry_at`` (if any) has come and which no
        other lease holds; each counts one attempt more. Expired ones come too, to be given up.
        Writes nothing where there is nothing to take.
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
        """Note why the message was not taken or did not arrive. False if there is none such.

        With ``retry_at`` a message that is still queued goes free for a claim at that time;
        one that is no longer queued stays as it is. Without, it has failed for good.
        """
        ...

    async def wait(self, at_most: timedelta) -> None:
        """Return once a message was put in since the last call, or after ``at_most``.

        One that came between two calls is not missed, and neither is one that came while a
        call was cancelled.
        """
        ...
