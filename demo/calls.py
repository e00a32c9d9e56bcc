"""Calls as docs/carriers/webhook.md describes them: ringing phones, keys, and prompts.

Written from that document alone, like ``carrier``.
"""

import asyncio
import http
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from demo.posting import Post

log = logging.getLogger("demo.calls")

MOST_CALLS = 200  # kept; older ones are forgotten
POSTING_TRIES = 3
KEYS = "123456789*0#"
MOST_KEYS = 8


class CallStage(StrEnum):
    """The stage of a call."""

    DIALLING = "dialling"
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


@dataclass
class PhoneCall:
    """A call of the carrier, with its prompts and the events that were posted to Proofup."""

    id: str
    to: str
    extension: str
    caller: str
    said: str
    expires_at: datetime
    callback_url: str
    taken_at: datetime
    stage: CallStage = CallStage.DIALLING
    answered_at: datetime | None = None
    keys: str = ""
    turn: int = 1
    end: str = ""
    events: list[str] = field(default_factory=list)

    @property
    def is_live(self) -> bool:
        """Whether the person can still act on it."""
        return self.stage in {CallStage.RINGING, CallStage.TALKING}


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a carrier waits for each thing."""

    dialling: timedelta = timedelta(seconds=1)
    ringing: timedelta = timedelta(seconds=45)
    silence: timedelta = timedelta(seconds=30)
    after_a_key: timedelta = timedelta(seconds=2)
    between_posts: timedelta = timedelta(seconds=1)


class Switchboard:
    """Rings phones, asks what to say, and says how each call ended."""

    def __init__(
        self,
        *,
        post: Post,
        patience: Patience | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.calls: dict[str, PhoneCall] = {}
        self._post = post
        self._patience = patience or Patience()
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._pausing: dict[str, asyncio.Task[None]] = {}

    def of_number(self, number: str) -> list[PhoneCall]:
        """Return the calls to ``number``, oldest first."""
        return [call for call in self.calls.values() if call.to == number]

    def take(self, order: dict[str, str], *, end: str | None) -> None:
        """Take a request for a call, which ends with the event ``end`` if one is given."""
        if order["id"] in self.calls:  # a repeated post: the phone must ring only once
            return
        call = PhoneCall(
            id=order["id"],
            to=order["to"],
            extension=order.get("extension", ""),
            caller=order.get("from", "Unknown"),
            said=order["say"],
            expires_at=datetime.fromisoformat(order["expires_at"]),
            callback_url=order["callback_url"],
            taken_at=self._clock(),
        )
        self.calls[call.id] = call
        while len(self.calls) > MOST_CALLS:
            del self.calls[next(iter(self.calls))]
        self._start(self._dial(call, end))

    async def answer(self, call: PhoneCall) -> None:
        """Pick up the phone, and get the first prompt."""
        if call.stage is not CallStage.RINGING:
            return
        call.stage, call.answered_at = CallStage.TALKING, self._clock()
        await self._ask(call, {"event": "answered"})
        self._wait_for_keys(call)

    async def press(self, call: PhoneCall, key: str) -> None:
        """Press one key; ``#`` or a pause ends the input."""
        if call.stage is not CallStage.TALKING or len(call.keys) >= MOST_KEYS:
            return
        self._no_longer_waiting(call)
        call.keys += key
        if key == "#":
            await self._send_keys(call)
        else:
            self._wait(call, self._patience.after_a_key, lambda: self._send_keys(call))

    async def end(self, call: PhoneCall, event: str) -> None:
        """End the call: ``hungUp``, ``busy``, ``noAnswer``, ``voicemail`` or ``failed``."""
        if call.stage is CallStage.ENDED:
            return
        self._no_longer_waiting(call)
        call.stage, call.end = CallStage.ENDED, event
        await self._ask(call, {"event": event})

    async def _dial(self, call: PhoneCall, end: str | None) -> None:
        await asyncio.sleep(self._patience.dialling.total_seconds())
        if end is not None:
            await self.end(call, end)
            return
        call.stage = CallStage.RINGING
        await self._ask(call, {"event": "ringing"})
        self._wait(call, self._patience.ringing, lambda: self.end(call, "noAnswer"))

    async def _send_keys(self, call: PhoneCall) -> None:
        turn, call.turn = call.turn, call.turn + 1
        keys, call.keys = call.keys, ""
        await self._ask(call, {"event": "keys", "digits": keys, "turn": turn})
        self._wait_for_keys(call)

    async def _ask(self, call: PhoneCall, event: dict[str, Any]) -> None:
        """Post an event and do what the response says."""
        told = {"id": call.id, **event, "at": self._clock().isoformat()}
        for _ in range(POSTING_TRIES):
            try:
                status, answer = await self._post(call.callback_url, told)
            except OSError as error:
                call.events.append(f"{event['event']}: {type(error).__name__}")
            else:
                call.events.append(f"{event['event']}: {status}")
                if status == http.HTTPStatus.OK:
                    self._obey(call, answer)
                    return
                if status != http.HTTPStatus.SERVICE_UNAVAILABLE:
                    break
            await asyncio.sleep(self._patience.between_posts.total_seconds())
        log.warning("event %s of %s was not taken", event["event"], call.id)
        call.stage, call.end = CallStage.ENDED, call.end or "failed"

    def _obey(self, call: PhoneCall, answer: dict[str, Any]) -> None:
        call.said = answer.get("say", call.said)
        if answer["then"] == "hangUp" and call.stage is CallStage.TALKING:
            call.stage, call.end = CallStage.ENDED, "hangUp"

    def _wait_for_keys(self, call: PhoneCall) -> None:
        if call.stage is CallStage.TALKING:
            self._wait(call, self._patience.silence, lambda: self.end(call, "hungUp"))

    def _wait(
        self, call: PhoneCall, span: timedelta, then: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Do ``then`` after ``span``, unless something else happens before."""

        async def pause() -> None:
            await asyncio.sleep(span.total_seconds())
            self._pausing.pop(call.id, None)
            await then()

        self._no_longer_waiting(call)
        self._pausing[call.id] = self._start(pause())

    def _no_longer_waiting(self, call: PhoneCall) -> None:
        pause = self._pausing.pop(call.id, None)
        if pause is not None:
            pause.cancel()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def settle(self) -> None:
        """Wait until nothing is pending except what waits for a person."""
        while self._tasks - set(self._pausing.values()):
            await asyncio.wait(self._tasks - set(self._pausing.values()))

    async def close(self) -> None:
        """Cancel what is pending."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
