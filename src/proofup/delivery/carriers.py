"""The port of a carrier's driver: it takes a message, or raises why not."""

from typing import Protocol, TypeAlias, TypeVar

from proofup.delivery.outbox import ClaimedMessage
from proofup.values.errors import ProofupError
from proofup.values.messages import Call, Mail, Push, Text

Content_contra = TypeVar("Content_contra", contravariant=True)


class CarrierRefusedError(ProofupError):
    """The carrier did not take this message.

    ``reason`` is for operators. It is stored and logged, so it holds no number, no address and no
    text of the carrier. ``permanent`` says that a retry would not help.
    """

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class NoRouteError(CarrierRefusedError):
    """The carrier does not serve this number; another carrier may."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=True)


class CarrierDownError(CarrierRefusedError):
    """The carrier cannot be reached or is out of order, for all messages."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=False)


class CarrierHoldsError(CarrierDownError):
    """The carrier cannot send now, and queues the message until it can.

    Another carrier should take the message now. A retry with this one would send it twice.
    """


class Carrier(Protocol[Content_contra]):
    """Takes messages of one kind."""

    async def send(self, content: Content_contra, message: ClaimedMessage, /) -> str | None:
        """Give ``message`` to the carrier; return the carrier's reference for it, if any.

        A second call with the same message id must not reach the person twice. Raises
        CarrierRefusedError.
        """
        ...


SmsCarrier: TypeAlias = Carrier[Text]
VoiceCarrier: TypeAlias = Carrier[Call]
Mailer: TypeAlias = Carrier[Mail]
PushService: TypeAlias = Carrier[Push]
