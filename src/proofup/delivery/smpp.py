"""SMPP 3.4: texts straight to an operator or an aggregator, over one connection that stays.

docs/carriers/smpp.md describes it for operators. The peer of the tests is the one that Kannel's
own client speaks to.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError, NoRouteError
from proofup.delivery.outbound import OutboundClient, UnreachableError
from proofup.delivery.outbox import ClaimedMessage
from proofup.delivery.receipts import Receipt, Receipts, ReceiptStatus, mark
from proofup.delivery.smpp_pdus import Command, Pdu, SmppReceipt, Submitted, bind_body, reference_in
from proofup.delivery.smpp_session import OK, SmppSession
from proofup.delivery.smpp_texts import parts_of
from proofup.values.clock import Clock
from proofup.values.errors import ProofupError
from proofup.values.ids import MessageId
from proofup.values.messages import Text
from proofup.values.secret import Secret

log = logging.getLogger(__name__)

# Statuses of section 5.1.3.
BAD_NUMBERS = frozenset({0x0B, 0x50, 0x51})  # ESME_RINVDSTADR, its type, its plan
NOT_NOW = frozenset({0x14, 0x45, 0x58})  # ESME_RMSGQFUL, ESME_RSUBMITFAIL, ESME_RTHROTTLED
NO_ROUTE = frozenset({0x40, 0x66})  # ESME_RINVDESTFLAG, ESME_RX_R_APPN
STATUSES = {
    "DELIVRD": ReceiptStatus.DELIVERED,
    "ENROUTE": ReceiptStatus.SENT,
    "ACCEPTD": ReceiptStatus.SENT,
    "EXPIRED": ReceiptStatus.FAILED,
    "DELETED": ReceiptStatus.FAILED,
    "UNDELIV": ReceiptStatus.FAILED,
    "REJECTD": ReceiptStatus.FAILED,
}
REMEMBERED = 10_000  # texts whose receipts need not be looked up
REFERENCES = 256  # that tell a phone which parts belong together


class SmppSettings(Struct, frozen=True, kw_only=True):
    """Where the operator listens, the account there, and the sender of texts."""

    host: str
    port: int
    tls: bool
    user: str
    password: Secret[str]
    system_type: str
    sender: str


class SentTexts(Receipts, Protocol):
    """The outbox, which also finds a text by the reference of its carrier."""

    async def by_reference(self, carrier_ref: str) -> MessageId | None:
        """Return the message that a carrier took under this reference."""
        ...


class SmppCarrier:
    """Gives texts to an operator, and marks them by its receipts."""

    def __init__(
        self, settings: SmppSettings, *, client: OutboundClient, outbox: SentTexts, clock: Clock
    ) -> None:
        self._settings = settings
        self._client = client
        self._outbox = outbox
        self._clock = clock
        self._session: SmppSession | None = None
        self._binding = asyncio.Lock()
        self._sent: OrderedDict[str, MessageId] = OrderedDict()

    async def send(self, text: Text, message: ClaimedMessage, /) -> str:
        """Give ``text`` to the operator, and return its reference of the last part."""
        encoded = parts_of(text.body.reveal(), hash(message.id) % REFERENCES)
        seconds = (message.expires_at - self._clock()) // timedelta(seconds=1)
        reference = ""
        for number, (header, letters) in enumerate(encoded.parts, 1):
            is_last = number == len(encoded.parts)
            part = Submitted(
                sender=self._settings.sender,
                to=text.to.e164.removeprefix("+"),
                coding=encoded.coding,
                header=header,
                letters=letters,
                validity=seconds,
                wants_receipt=is_last,
            )
            reference = await self._submit(part, message.id)
        return reference

    async def _submit(self, part: Submitted, message_id: MessageId) -> str:
        def noted(answer: Pdu) -> None:
            if answer.status == OK:
                self._remember(reference_in(answer.body), message_id)

        try:
            session = await self._bound()
            answer = await session.ask(Command.SUBMIT, part.encoded(), noted)
        except UnreachableError as error:
            raise CarrierDownError(error.reason) from error
        if answer.status != OK:
            raise _refusal(answer.status)
        return reference_in(answer.body)

    async def _bound(self) -> SmppSession:
        """Return the connection, opened anew where it has ended."""
        async with self._binding:
            if self._session is None or not self._session.is_open:
                self._session = await self._bind()
            return self._session

    async def _bind(self) -> SmppSession:
        settings = self._settings
        reader, writer = await self._client.connect(settings.host, settings.port, tls=settings.tls)
        session = SmppSession(reader, writer, on_receipt=self._take)
        body = bind_body(settings.user, settings.password.reveal(), settings.system_type)
        answer = await session.ask(Command.BIND_TRANSCEIVER, body)
        if answer.status != OK:
            session.close()
            reason = f"the account is refused, status 0x{answer.status:02x}"
            raise CarrierDownError(reason)
        return session

    async def _take(self, told: SmppReceipt) -> bool:
        """Mark the text that a receipt is about; one that nobody knows is passed over."""
        status = STATUSES.get(told.state)
        if status is None:
            return True
        try:
            message_id = await self._named(told.reference)
            if message_id is not None:
                reason = f"{told.state}, error {told.error}" if told.error else told.state
                at = self._clock()
                receipt = Receipt(message_id=message_id, status=status, reason=reason, at=at)
                await mark(self._outbox, receipt, at=at)
        except ProofupError as error:
            log.warning("receipt by SMPP cannot be noted: %s", type(error).__name__)
            return False
        return True

    async def _named(self, reference: str) -> MessageId | None:
        for spelling in _spellings(reference):
            known = self._sent.get(spelling) or await self._outbox.by_reference(spelling)
            if known is not None:
                return known
        return None

    def _remember(self, reference: str, message_id: MessageId) -> None:
        # The receipt may come before the sender of the outbox has stored the reference.
        self._sent[reference] = message_id
        if len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)


def _spellings(reference: str) -> Iterator[str]:
    """Yield how the operator may have spelled a reference before.

    Many operators answer with a hexadecimal number, and report on the same one in decimal.
    """
    yield reference
    if reference.isascii() and reference.isdecimal():
        yield f"{int(reference):x}"
        yield f"{int(reference):X}"
    try:
        yield str(int(reference, 16))
    except ValueError:
        return


def _refusal(status: int) -> CarrierRefusedError:
    reason = f"answered with status 0x{status:02x}"
    if status in BAD_NUMBERS:
        return CarrierRefusedError(reason, permanent=True)
    if status in NO_ROUTE:
        return NoRouteError(reason)
    if status in NOT_NOW:
        return CarrierRefusedError(reason, permanent=False)
    return CarrierDownError(reason)
