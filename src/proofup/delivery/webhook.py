"""The webhook carrier: any carrier for texts behind one documented, signed post.

The protocol is written down for carriers in docs/carriers/webhook.md.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError
from proofup.delivery.outbound import OutboundClient, UnreachableError
from proofup.delivery.outbox import ClaimedMessage
from proofup.delivery.signature import signed_headers
from proofup.values.clock import Clock
from proofup.values.messages import Text
from proofup.values.secret import Secret

RECEIPTS_PATH = "/delivery/v1/receipts"
PASSING = frozenset(
    {408, 425, 429}
)  # 4xx that ask to come again (RFC 9110 §15.5.9, RFC 8470, RFC 6585)
LONGEST_REFERENCE = 128  # letters


class WebhookSettings(Struct, frozen=True, kw_only=True):
    """Where texts are posted, the secret shared with the carrier, and whom texts come from."""

    url: str
    secret: Secret[str]
    sender: str | None


class _Order(msgspec.Struct, frozen=True, kw_only=True, rename={"sender": "from"}):
    id: str
    kind: Literal["text"]
    to: str
    sender: str | UnsetType
    text: str
    language: str
    expires_at: datetime
    callback_url: str


class _Taken(msgspec.Struct, frozen=True):
    """What a carrier may answer; fields that are not known are its own business."""

    reference: str | None = None


class WebhookCarrier:
    """Posts texts to the carrier; ``public_url`` is where the carrier reaches this service."""

    def __init__(
        self, settings: WebhookSettings, *, client: OutboundClient, public_url: str, clock: Clock
    ) -> None:
        self._settings = settings
        self._client = client
        self._receipts = public_url.rstrip("/") + RECEIPTS_PATH
        self._clock = clock

    async def send(self, text: Text, message: ClaimedMessage, /) -> str | None:
        """Post ``text`` and return the carrier's reference, if it gave one."""
        order = _Order(
            id=message.id,
            kind="text",
            to=text.to.e164,
            sender=self._settings.sender or UNSET,
            text=text.body.reveal(),
            language=message.language,
            expires_at=message.expires_at,
            callback_url=f"{self._receipts}/{message.id}",
        )
        body = msgspec.json.encode(order)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Proofup",
            **signed_headers(self._settings.secret, body, at=self._clock()),
        }
        try:
            answer = await self._client.post(self._settings.url, body=body, headers=headers)
        except UnreachableError as error:
            raise CarrierDownError(error.reason) from error
        if 200 <= answer.status < 300:  # noqa: PLR2004 - the class of answers that say yes
            return _reference(answer.body)
        reason = f"answered {answer.status}"
        if answer.status == HTTPStatus.UNAUTHORIZED or answer.status >= 500:  # noqa: PLR2004 - no fault of this message
            raise CarrierDownError(reason)
        raise CarrierRefusedError(reason, permanent=answer.status not in PASSING)


def _reference(body: bytes) -> str | None:
    """Return the reference in the answer; a text is taken whether or not there is a good one."""
    try:
        reference = msgspec.json.decode(body, type=_Taken).reference
    except msgspec.MsgspecError:
        return None
    return reference[:LONGEST_REFERENCE] if reference else None
