"""A carrier for texts as docs/carriers/webhook.md describes it, with phones that exist in memory.

Written from the paper alone, without the product's code: whoever writes a carrier of their own
can start from here.
"""

import asyncio
import hashlib
import hmac
import http.client
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

log = logging.getLogger("demo.carrier")

GREATEST_SKEW = timedelta(minutes=5)
MOST_TEXTS = 500  # kept; older ones are forgotten
POSTING_SECONDS = 5
POSTING_TRIES = 3
FIELDS = ("id", "kind", "to", "text", "language", "expires_at", "callback_url")


class Mood(StrEnum):
    """How a number behaves, to see what Proofup makes of it."""

    WORKING = "working"
    OFF = "off"
    LOST = "lost"
    REFUSED = "refused"
    BROKEN = "broken"


class Stage(StrEnum):
    """Where a text is on its way to the phone."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    LOST = "lost"
    EXPIRED = "expired"


@dataclass
class PhoneText:
    """A text the carrier took, and what it told Proofup of it."""

    id: str
    to: str
    sender: str
    body: str
    expires_at: datetime
    callback_url: str
    taken_at: datetime
    stage: Stage = Stage.WAITING
    delivered_at: datetime | None = None
    receipts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Refusal:
    """A text that the carrier did not take, and its answer."""

    to: str
    at: datetime
    status: int


PostReceipt = Callable[[str, dict[str, Any]], Awaitable[int]]
"""Posts a signed receipt to an address and returns the status of the answer."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the header that signs ``body`` at ``timestamp`` (seconds since 1970)."""
    signed = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: str, given: str, body: bytes, *, at: datetime) -> bool:
    """Tell whether ``given`` signs ``body``, and not longer ago than five minutes."""
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if not hmac.compare_digest(signature(secret, timestamp, body).encode(), given.encode()):
        return False
    return abs(at.timestamp() - int(timestamp)) <= GREATEST_SKEW.total_seconds()


class Carrier:
    """Takes orders, shows them on phones, and posts receipts a moment later."""

    def __init__(
        self,
        *,
        post_receipt: PostReceipt,
        delay: timedelta = timedelta(seconds=1),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.texts: dict[str, PhoneText] = {}
        self.refusals: list[Refusal] = []
        self._moods: dict[str, Mood] = {}
        self._post_receipt = post_receipt
        self._delay = delay
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def mood(self, number: str) -> Mood:
        """Return how ``number`` behaves."""
        return self._moods.get(number, Mood.WORKING)

    def set_mood(self, number: str, mood: Mood) -> None:
        """Make ``number`` behave so from now on; a phone that is switched on gets what waits."""
        self._moods[number] = mood
        if mood is Mood.WORKING:
            for text in self.of_number(number):
                if text.stage is Stage.WAITING:
                    self._start(self._arrive(text))

    def of_number(self, number: str) -> list[PhoneText]:
        """Return the texts for ``number``, oldest first."""
        return [text for text in self.texts.values() if text.to == number]

    def take(self, body: bytes) -> tuple[int, dict[str, str]]:
        """Take an order whose signature was verified; return status and body of the answer."""
        try:
            order = json.loads(body)
            missing = [name for name in FIELDS if not isinstance(order.get(name), str)]
        except (ValueError, AttributeError):
            return 400, {"error": "the body is no JSON object"}
        if missing:
            return 400, {"error": f"{missing[0]} is missing or no string"}
        if order["kind"] != "text":
            return 422, {"error": "kind: this carrier sends texts only"}
        known = self.texts.get(order["id"])
        if known is not None:  # a second try of what was taken: it must reach the phone once
            return 202, {"reference": f"demo-{known.id[-8:]}"}
        return self._answer(order)

    def _answer(self, order: dict[str, str]) -> tuple[int, dict[str, str]]:
        mood = self.mood(order["to"])
        if mood in {Mood.REFUSED, Mood.BROKEN}:
            status = 422 if mood is Mood.REFUSED else 503
            self.refusals.append(Refusal(order["to"], self._clock(), status))
            return status, {"error": "the switch on the demo's phone says so"}
        text = PhoneText(
            id=order["id"],
            to=order["to"],
            sender=order.get("from", "Unknown"),
            body=order["text"],
            expires_at=datetime.fromisoformat(order["expires_at"]),
            callback_url=order["callback_url"],
            taken_at=self._clock(),
            stage=Stage.LOST if mood is Mood.LOST else Stage.WAITING,
        )
        self.texts[text.id] = text
        while len(self.texts) > MOST_TEXTS:
            del self.texts[next(iter(self.texts))]
        self._start(self._carry(text))
        return 202, {"reference": f"demo-{text.id[-8:]}"}

    async def _carry(self, text: PhoneText) -> None:
        await self._report(text, "sent")
        await asyncio.sleep(self._delay.total_seconds())
        if self.mood(text.to) is Mood.WORKING:
            await self._arrive(text)

    async def _arrive(self, text: PhoneText) -> None:
        if text.stage is not Stage.WAITING:
            return
        if text.expires_at <= self._clock():
            text.stage = Stage.EXPIRED
            await self._report(text, "failed", "it expired before the phone was reached")
            return
        text.stage, text.delivered_at = Stage.DELIVERED, self._clock()
        await self._report(text, "delivered")

    async def _report(self, text: PhoneText, status: str, reason: str | None = None) -> None:
        receipt = {"id": text.id, "status": status, "at": self._clock().isoformat()}
        if reason is not None:
            receipt["reason"] = reason
        for _ in range(POSTING_TRIES):
            try:
                answer = await self._post_receipt(text.callback_url, receipt)
            except OSError as error:
                text.receipts.append(f"{status}: {type(error).__name__}")
            else:
                text.receipts.append(f"{status}: {answer}")
                if answer != http.HTTPStatus.SERVICE_UNAVAILABLE:
                    return
            await asyncio.sleep(self._delay.total_seconds())
        log.warning("receipt %s for %s was not taken", status, text.id)

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Give up what is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def receipts_by_http(secret: str) -> PostReceipt:
    """Return how receipts are posted for real: signed, in a thread, five seconds at most."""

    def post(url: str, receipt: dict[str, Any]) -> int:
        parts = urlsplit(url)
        body = json.dumps(receipt, separators=(",", ":")).encode()
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
            return connection.getresponse().status
        finally:
            connection.close()

    async def post_in_thread(url: str, receipt: dict[str, Any]) -> int:
        return await asyncio.to_thread(post, url, receipt)

    return post_in_thread
