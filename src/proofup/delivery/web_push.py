"""Web Push: wakes a device by the push service of its browser (RFC 8030, RFC 8291, RFC 8292).

The push service sees the endpoint and the time. The message holds the id of a request and nothing
else, and is encrypted for the browser.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import TypeAlias

import msgspec
from msgspec import Struct

from proofup.delivery.carriers import CarrierRefusedError
from proofup.delivery.outbound import OutboundClient, UnreachableError
from proofup.delivery.outbox import ClaimedMessage
from proofup.delivery.vapid import authorization
from proofup.values.clock import Clock
from proofup.values.messages import Push
from proofup.values.sealing import KeyRing

ENDED = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})  # RFC 8030 §7.3
TOPIC_LETTERS = 32  # RFC 8030 §5.4

SubscriptionEnded: TypeAlias = Callable[[Push], Awaitable[None]]
"""Forgets the subscription of a message, which its push service does not know any more."""


class WebPush(Struct, frozen=True, kw_only=True):
    """Posts messages to push services; ``contact`` is where their operators reach ours."""

    client: OutboundClient
    keys: KeyRing
    contact: str
    ended: SubscriptionEnded
    clock: Clock

    async def send(self, push: Push, message: ClaimedMessage, /) -> str | None:
        """Post ``push``; a push service has no reference that we keep.

        A service that is down refuses this message alone: other browsers have other services.
        """
        at, where = self.clock(), push.subscription
        proof = authorization(
            self.keys,
            known=where.server_key,
            endpoint=where.endpoint,
            contact=self.contact,
            at=at,
        )
        if proof is None:
            await self.ended(push)
            raise CarrierRefusedError("subscribed with a key that is removed", permanent=True)
        headers = {
            "Authorization": proof,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_seconds_left(message, at)),
            "Topic": push.request.replace("-", "")[:TOPIC_LETTERS],
            "Urgency": "high",
        }
        try:
            body = _encrypted(push)
        except ValueError as error:
            await self.ended(push)
            raise CarrierRefusedError("the key of the browser is none", permanent=True) from error
        try:
            answer = await self.client.post(where.endpoint, body=body, headers=headers)
        except UnreachableError as error:
            raise CarrierRefusedError(error.reason, permanent=False) from error
        if answer.status in ENDED:
            await self.ended(push)
            raise CarrierRefusedError("the subscription has ended", permanent=True)
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - the class of answers that say yes
            reason = f"answered {answer.status}"
            is_passing = answer.status >= 500 or answer.status == HTTPStatus.TOO_MANY_REQUESTS  # noqa: PLR2004
            raise CarrierRefusedError(reason, permanent=not is_passing)
        return None


def _seconds_left(message: ClaimedMessage, at: datetime) -> int:
    return max(0, int((message.expires_at - at).total_seconds()))


def _encrypted(push: Push) -> bytes:
    """Return the message as its browser alone can read it (RFC 8291)."""
    import http_ece
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    encrypted: bytes = http_ece.encrypt(
        msgspec.json.encode({"request": push.request}),
        private_key=generate_private_key(SECP256R1()),
        dh=push.subscription.p256dh,
        auth_secret=push.subscription.auth,
        version="aes128gcm",
    )
    return encrypted
