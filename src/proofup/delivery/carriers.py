"""What a driver is to the sender: something that takes a message, or says why not."""

from typing import Protocol

from proofup.delivery.outbox import ClaimedMessage
from proofup.values.errors import ProofupError
from proofup.values.messages import Mail, Text


class CarrierRefusedError(ProofupError):
    """The carrier did not take this message.

    ``reason`` is for operators: it is stored and logged, so it holds no number, no address and
    nothing that the carrier wrote. ``permanent`` says that asking again would not help.
    """

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class CarrierDownError(CarrierRefusedError):
    """The carrier cannot be reached or is out of order, whatever the message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=False)


class SmsCarrier(Protocol):
    """Takes texts."""

    async def send(self, text: Text, message: ClaimedMessage) -> str | None:
        """Hand ``text``, the content of ``message``, over; return the carrier's reference if any.

        Sending the same message id twice must reach the phone once. Raises CarrierRefusedError.
        """
        ...


class Mailer(Protocol):
    """Takes mails."""

    async def send(self, mail: Mail, message: ClaimedMessage) -> str | None:
        """Hand ``mail``, the content of ``message``, over; return its Message-ID.

        Raises CarrierRefusedError.
        """
        ...
