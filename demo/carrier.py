"""A carrier as docs/carriers/webhook.md describes it, with phones that exist in memory.

Written from that document alone, without the product's code, so it can be a start for your own
carrier.
"""

import asyncio
import http
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from demo.calls import Switchboard
from demo.posting import Post

log = logging.getLogger("demo.carrier")

MOST_TEXTS = 500  # kept; older ones are forgotten
POSTING_TRIES = 3
FIELDS = ("id", "kind", "to", "language", "expires_at", "callback_url")
CONTENT: Mapping[str, str] = {"text": "text", "call": "say"}


class Mood(StrEnum):
    """How a number behaves, to see how Proofup reacts."""

    WORKING = "working"
    TALKING = "talking"
    OFF = "off"
    LOST = "lost"
    REFUSED = "refused"
    BROKEN = "broken"


# How calls to such a number end at once; other numbers ring.
ENDS: Mapping[Mood, str] = {Mood.TALKING: "busy", Mood.OFF: "voicemail", Mood.LOST: "failed"}
TAKES_TEXTS = frozenset({Mood.WORKING, Mood.TALKING})


class Stage(StrEnum):
    """The stage of a text on its way to the phone."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    LOST = "lost"
    EXPIRED = "expired"


@dataclass
class PhoneText:
    """A text that the carrier took, with the receipts that were posted to Proofup."""

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
    """A text or a call that the carrier refused, and its answer."""

    to: str
    at: datetime
    status: int


class Carrier:
    """Takes requests, shows texts on phones, and posts receipts a moment later."""

    def __init__(
        self,
        *,
        post: Post,
        switchboard: Switchboard | None = None,
        delay: timedelta = timedelta(seconds=1),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.texts: dict[str, PhoneText] = {}
        self.switchboard = switchboard or Switchboard(post=post, clock=clock)
        self.refusals: list[Refusal] = []
        self._moods: dict[str, Mood] = {}
        self._post = post
        self._delay = delay
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def mood(self, number: str) -> Mood:
        """Return how ``number`` behaves."""
        return self._moods.get(number, Mood.WORKING)

    def set_mood(self, number: str, mood: Mood) -> None:
        """Set the behaviour of ``number``; a phone that is switched on gets its waiting texts."""
        self._moods[number] = mood
        if mood in TAKES_TEXTS:
            for text in self.of_number(number):
                if text.stage is Stage.WAITING:
                    self._start(self._arrive(text))

    def of_number(self, number: str) -> list[PhoneText]:
        """Return the texts for ``number``, oldest first."""
        return [text for text in self.texts.values() if text.to == number]

    def take(self, body: bytes) -> tuple[int, dict[str, str]]:
        """Take a request with a verified signature; return the status and body of the answer."""
        try:
            order = json.loads(body)
            missing = [name for name in FIELDS if not isinstance(order.get(name), str)]
        except (ValueError, AttributeError):
            return 400, {"error": "the body is no JSON object"}
        if missing:
            return 400, {"error": f"{missing[0]} is missing or no string"}
        content = CONTENT.get(order["kind"])
        if content is None:
            return 422, {"error": "kind: this carrier knows texts and calls only"}
        if not isinstance(order.get(content), str):
            return 400, {"error": f"{content} is missing or no string"}
        return self._answer(order)

    def _answer(self, order: dict[str, str]) -> tuple[int, dict[str, str]]:
        taken = 202, {"reference": f"demo-{order['id'][-8:]}"}
        if order["id"] in self.texts:  # a repeated post: the text must reach the phone only once
            return taken
        mood = self.mood(order["to"])
        if mood in {Mood.REFUSED, Mood.BROKEN}:
            status = 422 if mood is Mood.REFUSED else 503
            self.refusals.append(Refusal(order["to"], self._clock(), status))
            return status, {"error": "the switch on the demo's phone says so"}
        if order["kind"] == "call":
            self.switchboard.take(order, end=ENDS.get(mood))
        else:
            self._take_text(order, mood)
        return taken

    def _take_text(self, order: dict[str, str], mood: Mood) -> None:
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

    async def _carry(self, text: PhoneText) -> None:
        await self._report(text, "sent")
        await asyncio.sleep(self._delay.total_seconds())
        if self.mood(text.to) in TAKES_TEXTS:
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
                answer, _ = await self._post(text.callback_url, receipt)
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
        """Wait until no text is on its way."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self.switchboard.settle()

    async def close(self) -> None:
        """Give up what is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.switchboard.close()
