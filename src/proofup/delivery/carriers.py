"""What a driver is to the sender: something that takes a message, or says why not."""

from typing import Protocol, TypeAlias, TypeVar

from proofup.delivery.outbox import ClaimedMessage
from proofup.values.errors import ProofupError
from proofup.values.messages import Call, Mail, Text

Content_contra = TypeVar("Content_contra", contravariant=True)


class CarrierRefusedError(ProofupError):
    """The carrier did not take this message.

    ``reason`` is for operators: it is stored and logged, so it holds no number, no address and
    nothing that the carrier wrote. ``permanent`` says that asking again would not help.
    """

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class NoRouteError(CarrierRefusedError):
    """The carrier does not serve this number, and never will; another one may."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=True)


class CarrierDownError(CarrierRefusedError):
    """The carrier cannot be reached or is out of order, whatever the message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=False)


class CarrierHoldsError(CarrierDownError):
    """The carrier cannot send now, and keeps the message until it can.

    It is not on its way, so another carrier should take it; but giving it to this one again
    would send it twice.
    """


class Carrier(Protocol[Content_contra]):
    """Takes messages of one kind."""

    async def send(self, content: Content_contra, message: ClaimedMessage, /) -> str | None:
        """Hand over what ``message`` holds; return the carrier's reference for it, if any.

        Sending the same message id twice must reach the person once. Raises CarrierRefusedError.
        """
        ...


SmsCarrier: TypeAlias = Carrier[Text]
VoiceCarrier: TypeAlias = Carrier[Call]
Mailer: TypeAlias = Carrier[Mail]
