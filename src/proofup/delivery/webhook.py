"""The webhook carrier: any carrier of texts or calls, reached by a documented, signed post.

docs/carriers/webhook.md documents the protocol for carriers.
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
from proofup.values.messages import Call, Text
from proofup.values.secret import Secret

RECEIPTS_PATH = "/delivery/v1/receipts"
CALLS_PATH = "/delivery/v1/calls"
PASSING = frozenset({408, 425, 429})  # temporary 4xx answers (RFC 9110 §15.5.9, RFC 8470, RFC 6585)
LONGEST_REFERENCE = 128  # letters


class WebhookSettings(Struct, frozen=True, kw_only=True):
    """The address of the carrier, the shared secret, and the sender of messages."""

    url: str
    secret: Secret[str]
    sender: str | None


class _TextOrder(Struct, frozen=True, kw_only=True, rename={"sender": "from"}):
    id: str
    kind: Literal["text"] = "text"
    to: str
    sender: str | UnsetType
    text: str
    language: str
    expires_at: datetime
    callback_url: str


class _CallOrder(Struct, frozen=True, kw_only=True, rename={"sender": "from"}):
    id: str
    kind: Literal["call"] = "call"
    to: str
    extension: str | UnsetType
    sender: str | UnsetType
    say: str
    language: str
    expires_at: datetime
    callback_url: str


class _Taken(Struct, frozen=True):
    """The answer of a carrier; unknown fields are ignored."""

    reference: str | None = None


class Webhook(Struct, frozen=True, kw_only=True):
    """One address to post requests to; ``public_url`` is where the carrier reaches this service."""

    settings: WebhookSettings
    client: OutboundClient
    public_url: str
    clock: Clock

    def callback(self, path: str, message: ClaimedMessage) -> str:
        """Return the address to which the carrier reports the status of ``message``."""
        return f"{self.public_url.rstrip('/')}{path}/{message.id}"

    async def post(self, order: Struct) -> str | None:
        """Post ``order`` and return the carrier's reference. Raises CarrierRefusedError."""
        body = msgspec.json.encode(order)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Proofup",
            **signed_headers(self.settings.secret, body, at=self.clock()),
        }
        try:
            answer = await self.client.post(self.settings.url, body=body, headers=headers)
        except UnreachableError as error:
            raise CarrierDownError(error.reason) from error
        if 200 <= answer.status < 300:  # noqa: PLR2004 - the class of answers that say yes
            return _reference(answer.body)
        reason = f"answered {answer.status}"
        if answer.status == HTTPStatus.UNAUTHORIZED or answer.status >= 500:  # noqa: PLR2004 - no fault of this message
            raise CarrierDownError(reason)
        raise CarrierRefusedError(reason, permanent=answer.status not in PASSING)


class WebhookCarrier(Struct, frozen=True):
    """Posts texts to the carrier."""

    webhook: Webhook

    async def send(self, text: Text, message: ClaimedMessage, /) -> str | None:
        """Post ``text`` and return the carrier's reference, if it gave one."""
        order = _TextOrder(
            id=message.id,
            to=text.to.e164,
            sender=self.webhook.settings.sender or UNSET,
            text=text.body.reveal(),
            language=message.language,
            expires_at=message.expires_at,
            callback_url=self.webhook.callback(RECEIPTS_PATH, message),
        )
        return await self.webhook.post(order)


class WebhookCaller(Struct, frozen=True):
    """Posts calls to the carrier, which then asks what to say with every event."""

    webhook: Webhook

    async def send(self, call: Call, message: ClaimedMessage, /) -> str | None:
        """Post ``call`` and return the carrier's reference, if it gave one."""
        order = _CallOrder(
            id=message.id,
            to=call.to.e164,
            extension=call.to.extension or UNSET,
            sender=self.webhook.settings.sender or UNSET,
            say=call.greeting,
            language=message.language,
            expires_at=message.expires_at,
            callback_url=self.webhook.callback(CALLS_PATH, message),
        )
        return await self.webhook.post(order)


def _reference(body: bytes) -> str | None:
    """Return the reference in the answer, if there is a usable one."""
    try:
        reference = msgspec.json.decode(body, type=_Taken).reference
    except msgspec.MsgspecError:
        return None
    return reference[:LONGEST_REFERENCE] if reference else None
