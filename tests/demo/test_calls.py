"""The demo's calls: alone, and against the product's door."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx2
import pytest
from demo.calls import CallStage, Patience, PhoneCall, Switchboard
from demo.carrier import Carrier, Mood
from demo.posting import signature

from mounted import ORIGIN, mounted
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import prove
from proofup.challenges.call_progress import note_call
from proofup.delivery.callbacks import carriers_door
from proofup.delivery.webhook_calls import call_route
from proofup.values.clock import EPOCH
from proofup.values.secret import Secret
from proofup.values.ways import Way
from world import World

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NUMBER = "+442079460123"
SECRET = "a-secret-of-32-letters-or-more-x"
FOREVER, AT_ONCE = timedelta(days=1), timedelta(0)
UNHURRIED = Patience(
    dialling=AT_ONCE, ringing=FOREVER, silence=FOREVER, after_a_key=FOREVER, between_posts=AT_ONCE
)


class Service:
    """Answers events as told, by their names; other events get ``listen``."""

    def __init__(self, **answers: dict[str, Any] | int | OSError) -> None:
        self.answers = answers
        self.events: list[str] = []

    async def __call__(self, url: str, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        assert url == "http://localhost/calls/" + told["id"]
        name = told["event"]
        if name == "keys":
            name = f"{told['turn']}:{told['digits']}"
        self.events.append(name)
        reply = self.answers.get(told["event"], {"say": "Press the pound key.", "then": "listen"})
        if isinstance(reply, OSError):
            raise reply
        return (reply, {}) if isinstance(reply, int) else (200, reply)


class Story:
    def __init__(self, service: Service, patience: Patience = UNHURRIED) -> None:
        self.service = service
        self.switchboard = Switchboard(post=service, patience=patience, clock=lambda: NOON)
        self.carrier = Carrier(
            post=service, switchboard=self.switchboard, delay=AT_ONCE, clock=lambda: NOON
        )

    def order(self, name: str = "c-1", **changed: Any) -> int:
        fields = {
            "id": name,
            "kind": "call",
            "to": NUMBER,
            "from": "+442079460018",
            "say": "Hello. Press the pound key.",
            "language": "en",
            "expires_at": (NOON + timedelta(minutes=3)).isoformat(),
            "callback_url": f"http://localhost/calls/{name}",
        }
        return self.carrier.take(json.dumps(fields | changed).encode())[0]

    @property
    def call(self) -> PhoneCall:
        return self.switchboard.calls["c-1"]


def tell(
    story: Callable[[Story], Awaitable[None]],
    service: Service | None = None,
    patience: Patience = UNHURRIED,
) -> Story:
    demo = Story(service or Service(), patience)

    async def run() -> None:
        await story(demo)
        await demo.carrier.close()

    asyncio.run(run())
    return demo


async def until(rule: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not rule():  # noqa: ASYNC110 - whatever the demo does by itself
            await asyncio.sleep(0)


async def ringing(demo: Story) -> None:
    assert demo.order() == 202
    await demo.carrier.settle()
    assert demo.call.stage is CallStage.RINGING


def test_a_call_rings_is_answered_and_takes_keys() -> None:
    thanks = {"say": "Thank you.", "then": "hangUp"}

    async def story(demo: Story) -> None:
        await ringing(demo)
        await demo.switchboard.answer(demo.call)
        assert demo.call.said == "Press the pound key."
        await demo.switchboard.press(demo.call, "0")
        assert demo.call.keys == "0"
        await demo.switchboard.press(demo.call, "#")
        assert (demo.call.stage, demo.call.end) == (CallStage.ENDED, "hangUp")
        assert demo.call.said == "Thank you."
        await demo.switchboard.press(demo.call, "#")
        await demo.switchboard.answer(demo.call)
        await demo.switchboard.end(demo.call, "hungUp")

    demo = tell(story, Service(keys=thanks))
    assert demo.service.events == ["ringing", "answered", "1:0#"]


def test_a_pause_after_a_key_sends_it_and_the_next_turn_is_counted() -> None:
    async def story(demo: Story) -> None:
        await ringing(demo)
        await demo.switchboard.answer(demo.call)
        await demo.switchboard.press(demo.call, "5")
        await until(lambda: len(demo.service.events) == 3)
        await demo.switchboard.press(demo.call, "#")

    patience = Patience(dialling=AT_ONCE, after_a_key=AT_ONCE)
    demo = tell(story, patience=patience)
    assert demo.service.events == ["ringing", "answered", "1:5", "2:#"]


@pytest.mark.parametrize("event", ["hungUp", "busy", "noAnswer", "voicemail"])
def test_a_call_can_end_in_every_way(event: str) -> None:
    async def story(demo: Story) -> None:
        await ringing(demo)
        await demo.switchboard.end(demo.call, event)
        await demo.switchboard.end(demo.call, event)

    demo = tell(story, Service(**{event: {"then": "hangUp"}}))
    assert demo.service.events == ["ringing", event]
    assert demo.call.end == event


@pytest.mark.parametrize(
    ("mood", "event"), [(Mood.TALKING, "busy"), (Mood.OFF, "voicemail"), (Mood.LOST, "failed")]
)
def test_a_phone_that_cannot_ring_says_why(mood: Mood, event: str) -> None:
    async def story(demo: Story) -> None:
        demo.carrier.set_mood(NUMBER, mood)
        assert demo.order() == 202
        await demo.carrier.settle()

    assert tell(story, Service(**{event: {"then": "hangUp"}})).service.events == [event]


@pytest.mark.parametrize(("mood", "status"), [(Mood.REFUSED, 422), (Mood.BROKEN, 503)])
def test_a_carrier_told_to_refuse_refuses_calls_too(mood: Mood, status: int) -> None:
    async def story(demo: Story) -> None:
        demo.carrier.set_mood(NUMBER, mood)
        assert demo.order() == status
        await asyncio.sleep(0)

    assert tell(story).service.events == []


def test_nobody_answers_and_nobody_presses() -> None:
    async def unanswered(demo: Story) -> None:
        demo.order()
        await until(lambda: "noAnswer" in demo.service.events)

    tell(unanswered, patience=Patience(dialling=AT_ONCE, ringing=AT_ONCE))

    async def silent(demo: Story) -> None:
        await ringing(demo)
        await demo.switchboard.answer(demo.call)
        await until(lambda: "hungUp" in demo.service.events)

    tell(silent, patience=Patience(dialling=AT_ONCE, silence=AT_ONCE))


def test_the_same_order_twice_rings_once_and_old_calls_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("demo.calls.MOST_CALLS", 2)

    async def story(demo: Story) -> None:
        for name in ("c-1", "c-1", "c-2", "c-3"):
            assert demo.order(name) == 202
        await demo.carrier.settle()
        assert list(demo.switchboard.calls) == ["c-2", "c-3"]
        assert demo.service.events == 3 * ["ringing"]

    tell(story)


@pytest.mark.parametrize(
    ("trouble", "tries"), [(ConnectionRefusedError(), 3), (503, 3), (404, 1), (401, 1)]
)
def test_an_event_that_is_not_taken_ends_the_call(trouble: int | OSError, tries: int) -> None:
    async def story(demo: Story) -> None:
        demo.order()
        await demo.carrier.settle()

    demo = tell(story, Service(ringing=trouble))
    assert demo.service.events == tries * ["ringing"]
    assert (demo.call.stage, demo.call.end) == (CallStage.ENDED, "failed")


@pytest.mark.anyio
async def test_VOI_01_a_call_of_the_demo_approves_a_sign_in_of_the_product(world: World) -> None:
    route = call_route(
        note_call=partial(note_call, world.room),
        outbox=world.store.outbox,
        secret=Secret(SECRET),
        clock=lambda: world.now,
    )
    app = mounted(carriers_door([route]), clock=lambda: world.now)
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ORIGIN)

    async def post(url: str, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        body = json.dumps(told).encode()
        timestamp = str(int((world.now - EPOCH).total_seconds()))
        signed = signature(SECRET, timestamp, body)
        headers = {"Proofup-Timestamp": timestamp, "Proofup-Signature": signed}
        answered = await http.post(url, content=body, headers=headers)
        return answered.status_code, answered.json()

    await world.person(phone="+44 7700 900067")
    _, here = await world.challenged("robin.ashby@contoso.test", Way("voiceMobile"))
    assert here.sign_in
    (stored,) = await world.store.challenges.of_subject(here.sign_in.id, most=1)
    switchboard = Switchboard(post=post, patience=UNHURRIED, clock=lambda: world.now)
    order = {
        "id": str(stored.message_id),
        "to": "+447700900067",
        "say": "",
        "expires_at": (world.now + timedelta(minutes=3)).isoformat(),
        "callback_url": f"/delivery/v1/calls/{stored.message_id}",
    }
    switchboard.take(order, end=None)
    await switchboard.settle()
    call = switchboard.calls[order["id"]]
    await switchboard.answer(call)
    assert "Press the pound key to sign in" in call.said
    await switchboard.press(call, "#")
    assert call.said.startswith("Thank you")
    assert call.events == ["ringing: 200", "answered: 200", "keys: 200"]
    assert isinstance(await prove(world.sign_in, here, "", at=world.now), Proven)
    await switchboard.close()
