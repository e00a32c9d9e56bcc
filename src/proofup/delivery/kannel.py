"""Kannel: a self-hosted SMS gateway, through its HTTP interface ``sendsms``.

Requests carry everything except the text in headers, so that no password and no code is part of a
URL. docs/carriers/kannel.md describes it for operators. Tested with Kannel 1.4.5.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import TypeAlias

from msgspec import Struct

from proofup.delivery.carriers import (
    CarrierDownError,
    CarrierHoldsError,
    CarrierRefusedError,
    NoRouteError,
)
from proofup.delivery.gsm import is_gsm
from proofup.delivery.outbound import Answer, OutboundClient, UnreachableError
from proofup.delivery.outbox import ClaimedMessage
from proofup.values.clock import Clock
from proofup.values.messages import Text
from proofup.values.secret import Secret

RECEIPTS_PATH = "/delivery/v1/kannel"
SEVEN_BITS, UCS2 = "0", "2"  # Kannel's codes for how a text is sent
# 1 delivered, 2 failed, 4 waiting at the operator, 8 taken and 16 refused by the operator
ALL_RECEIPTS = "31"
ACCEPTED, QUEUED = b"0:", b"3:"
NOT_ROUTABLE = b"Not routable"

Proofs: TypeAlias = Callable[[str], Sequence[str]]
"""Makes what shows that a receipt is for the message of that id: nobody else can make it.

The first is to be given out; the others, under keys that were changed since, are still good.
"""


class KannelSettings(Struct, frozen=True, kw_only=True):
    """The address of ``sendsms``, the account there, and the sender of texts."""

    url: str
    user: str
    password: Secret[str]
    sender: str | None


class KannelCarrier:
    """Gives texts to Kannel; ``public_url`` is where Kannel reaches this service."""

    def __init__(
        self,
        settings: KannelSettings,
        *,
        client: OutboundClient,
        public_url: str,
        proofs: Proofs,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._client = client
        self._receipts = public_url.rstrip("/") + RECEIPTS_PATH
        self._proofs = proofs
        self._clock = clock

    async def send(self, text: Text, message: ClaimedMessage, /) -> None:
        """Give ``text`` to Kannel, which has no reference of its own for it."""
        body = text.body.reveal()
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "User-Agent": "Proofup",
            "X-Kannel-Username": self._settings.user,
            "X-Kannel-Password": self._settings.password.reveal(),
            "X-Kannel-To": text.to.e164,
            "X-Kannel-Coding": SEVEN_BITS if is_gsm(body) else UCS2,
            "X-Kannel-Validity": str(_whole_minutes(message.expires_at - self._clock())),
            "X-Kannel-DLR-Mask": ALL_RECEIPTS,
            "X-Kannel-DLR-Url": (
                f"{self._receipts}/{message.id}?proof={self._proofs(message.id)[0]}&status=%d&answer=%A"
            ),
        }
        if self._settings.sender:
            headers["X-Kannel-From"] = self._settings.sender
        try:
            answer = await self._client.post(
                self._settings.url, body=body.encode(), headers=headers
            )
        except UnreachableError as error:
            raise CarrierDownError(error.reason) from error
        _judge(answer)


def _whole_minutes(life: timedelta) -> int:
    """Return the validity in minutes, rounded down, but at least 1: Kannel reads 0 as unlimited."""
    return max(1, life // timedelta(minutes=1))


def _judge(answer: Answer) -> None:
    """Return if Kannel has handed the text to the operator, or raise CarrierRefusedError."""
    if answer.status == HTTPStatus.ACCEPTED:
        if answer.body.startswith(ACCEPTED):
            return
        if answer.body.startswith(QUEUED):
            raise CarrierHoldsError("the operator is away")
    if answer.status == HTTPStatus.FORBIDDEN and answer.body.startswith(NOT_ROUTABLE):
        raise NoRouteError("there is no route to the number")
    if answer.status == HTTPStatus.BAD_REQUEST:
        raise CarrierRefusedError("the number is refused", permanent=True)
    if answer.status == HTTPStatus.FORBIDDEN:
        raise CarrierDownError("the account is refused")
    reason = f"answered {answer.status}"
    raise CarrierDownError(reason)
