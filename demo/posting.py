"""Signs and verifies posts as docs/carriers/webhook.md says."""

import asyncio
import hashlib
import hmac
import http.client
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

GREATEST_SKEW = timedelta(minutes=5)
POSTING_SECONDS = 5

Post = Callable[[str, dict[str, Any]], Awaitable[tuple[int, dict[str, Any]]]]
"""Posts signed JSON to an address; returns status and body of the answer. Raises OSError."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the header that signs ``body`` at ``timestamp`` (seconds since 1970)."""
    signed = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: str, given: str, body: bytes, *, at: datetime) -> bool:
    """Return whether ``given`` signs ``body``, at most five minutes ago."""
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if not hmac.compare_digest(signature(secret, timestamp, body).encode(), given.encode()):
        return False
    return abs(at.timestamp() - int(timestamp)) <= GREATEST_SKEW.total_seconds()


def posts_by_http(secret: str) -> Post:
    """Return the function for real posts: signed, in a thread, with a time-out of five seconds."""

    def post(url: str, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(url)
        body = json.dumps(told, separators=(",", ":")).encode()
        timestamp = str(int(datetime.now(UTC).timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Proofup-Timestamp": timestamp,
            "Proofup-Signature": signature(secret, timestamp, body),
        }
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.hostname or "", parts.port, timeout=POSTING_SECONDS)
        try:
            connection.request("POST", parts.path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        finally:
            connection.close()

    async def post_in_thread(url: str, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return await asyncio.to_thread(post, url, told)

    return post_in_thread
