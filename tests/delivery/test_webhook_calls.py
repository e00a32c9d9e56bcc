"""The route for calls on a real store: a carrier's events, and the next steps it gets."""

from functools import partial
from typing import Any

import httpx2
import msgspec
import pytest

from mounted import ORIGIN, mounted
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import ProofOutcome, prove
from proofup.challenges.call_progress import note_call
from proofup.challenges.outcome import Refusal, Refused, Waiting
from proofup.delivery.callbacks import carriers_door
from proofup.delivery.signature import signed_headers
from proofup.delivery.webhook_calls import call_route
from proofup.values.errors import StoreBusyError
from proofup.values.ids import MessageId
from proofup.values.messages import Call, DeliveryState
from proofup.values.secret import Secret
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
SECRET = Secret("a-secret-of-32-letters-or-more-x")
NUMBER = "+44 7700 900067"
ROBIN = "robin.ashby@contoso.test"


class Line:
    """A carrier that has called Robin for a sign-in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.message_id = MessageId("none")
        route = call_route(
            note_call=partial(note_call, world.room),
            outbox=world.store.outbox,
            secret=SECRET,
            clock=lambda: world.now,
        )
        app = mounted(carriers_door([route]), clock=lambda: world.now)
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ORIGIN)

    async def dial(self) -> "Line":
        await self.world.person(phone=NUMBER)
        _, self.here = await self.world.challenged(ROBIN, Way("voiceMobile"))
        assert self.here.sign_in
        (stored,) = await self.world.store.challenges.of_subject(self.here.sign_in.id, most=1)
        assert stored.message_id
        self.message_id = stored.message_id
        return self

    async def post(self, body: bytes | dict[str, Any], **headers: str) -> httpx2.Response:
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        signed = signed_headers(SECRET, raw, at=self.world.now) | headers
        path = f"/delivery/v1/calls/{self.message_id}"
        return await self.http.post(path, content=raw, headers=signed)

    async def tell(self, event: str, **facts: Any) -> dict[str, Any]:
        answered = await self.post({"id": self.message_id, "event": event, **facts})
        assert answered.status_code == 200
        assert answered.headers["Cache-Control"] == "no-store"
        found: dict[str, Any] = answered.json()
        return found

    async def press(self, digits: str, *, turn: int = 1) -> dict[str, Any]:
        return await self.tell("keys", digits=digits, turn=turn)

    async def look(self) -> ProofOutcome:
        return await prove(self.world.sign_in, self.here, "", at=self.world.now)

    async def state(self) -> DeliveryState:
        progress = await self.world.store.outbox.progress(self.message_id)
        assert progress
        return progress.state


async def test_VOI_01_a_call_is_answered_and_the_pound_key_approves(world: World) -> None:
    line = await Line(world).dial()
    greeting = await line.tell("ringing")
    assert greeting["then"] == "listen"
    assert "Press the pound key to sign in" in greeting["say"]
    assert await line.state() is DeliveryState.SENT
    assert await line.tell("answered") == greeting
    assert await line.state() is DeliveryState.DELIVERED
    assert await line.look() == Waiting()
    thanks = await line.press("#")
    assert thanks["then"] == "hangUp"
    assert thanks["say"].startswith("Thank you")
    assert thanks["language"] == "en"
    assert isinstance(await line.look(), Proven)
    assert await line.tell("hungUp") == {"then": "hangUp"}
    assert await line.state() is DeliveryState.DELIVERED


async def test_VOI_02_zero_and_pound_report_a_stranger(world: World) -> None:
    line = await Line(world).dial()
    said = await line.press("0#")
    assert said["then"] == "hangUp"
    assert await line.look() == Refused(because=Refusal.FRAUD)


async def test_VOI_04_another_key_is_asked_again_once_and_then_denied(world: World) -> None:
    line = await Line(world).dial()
    assert (await line.press("5"))["then"] == "listen"
    assert (await line.press("5", turn=2))["then"] == "hangUp"
    assert await line.look() == Refused(because=Refusal.DENIED)


@pytest.mark.parametrize(
    ("event", "because"),
    [
        ("busy", Refusal.BUSY),
        ("noAnswer", Refusal.NO_ANSWER),
        ("voicemail", Refusal.VOICEMAIL),
        ("failed", Refusal.FAILED),
    ],
)
async def test_VOI_06_a_call_that_does_not_reach_anybody_fails_with_its_reason(
    world: World, event: str, because: Refusal
) -> None:
    line = await Line(world).dial()
    await line.tell("ringing")
    assert await line.tell(event) == {"then": "hangUp"}
    assert await line.look() == Refused(because=because)
    assert await line.state() is DeliveryState.FAILED


async def test_VOI_06_hanging_up_without_a_key_fails_with_its_own_reason(world: World) -> None:
    line = await Line(world).dial()
    await line.tell("answered")
    await line.tell("hungUp")
    assert await line.look() == Refused(because=Refusal.HUNG_UP)


async def test_SM8_a_call_carries_no_code_and_leaves_none_on_voicemail(world: World) -> None:
    line = await Line(world).dial()
    (call,) = await world.sent()
    assert isinstance(call, Call)
    said = [call.greeting, (await line.tell("ringing"))["say"]]
    assert await line.tell("voicemail") == {"then": "hangUp"}, "nothing is said to a machine"
    said.append((await line.press("#"))["say"])
    assert not [words for words in said if any(letter in "123456789" for letter in words)]
    assert await line.look() == Refused(because=Refusal.VOICEMAIL)


async def test_NE2_D11_events_twice_and_out_of_order_count_once(world: World) -> None:
    line = await Line(world).dial()
    await line.tell("answered")
    await line.tell("ringing")
    assert await line.state() is DeliveryState.DELIVERED
    again = await line.press("5")
    assert await line.press("5") == again, "one key, told twice"
    thanks = await line.press("#", turn=2)
    assert await line.press("#", turn=2) == thanks
    await line.tell("hungUp")
    await line.tell("busy")
    assert isinstance(await line.look(), Proven)
    assert await line.state() is DeliveryState.DELIVERED


async def test_NE2_an_event_that_nobody_signed_is_refused(world: World) -> None:
    line = await Line(world).dial()
    body = {"id": line.message_id, "event": "keys", "digits": "#", "turn": 1}
    forged = await line.post(body, **{"Proofup-Signature": "v1=" + 64 * "0"})
    assert forged.status_code == 401
    assert await line.look() == Waiting()
    raw = msgspec.json.encode(body)
    old = signed_headers(SECRET, raw, at=world.now)
    world.later(minutes=6)
    assert (await line.post(raw, **old)).status_code == 401


async def test_NE2_an_event_cannot_be_turned_into_one_for_another_call(world: World) -> None:
    line = await Line(world).dial()
    answered = await line.post({"id": "another", "event": "keys", "digits": "#", "turn": 1})
    assert answered.status_code == 400
    assert await line.look() == Waiting()


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"event": "keys"}, "digits"),
        ({"event": "keys", "digits": "#"}, "turn"),
        ({"event": "keys", "turn": 1}, "digits"),
        ({"event": "answered", "digits": "#", "turn": 1}, "digits"),
        ({"event": "keys", "digits": "one", "turn": 1}, "digits"),
        ({"event": "keys", "digits": 9 * "1", "turn": 1}, "digits"),
        ({"event": "keys", "digits": "#", "turn": 0}, "turn"),
        ({"event": "dancing"}, "event"),
        ({"event": "answered", "at": "now"}, "at"),
        ({"event": "answered", "code": "481620"}, "code"),
        ({}, "event"),
    ],
)
async def test_a_malformed_event_is_refused_by_naming_the_fault(
    world: World, facts: dict[str, Any], named: str
) -> None:
    line = await Line(world).dial()
    answered = await line.post({"id": line.message_id, **facts})
    assert answered.status_code == 400
    assert named in answered.json()["error"]["message"]
    assert await line.look() == Waiting()


async def test_an_event_for_no_call_is_not_found(world: World) -> None:
    line = Line(world)
    answered = await line.post({"id": "none", "event": "answered"})
    assert answered.status_code == 404


async def test_a_busy_store_asks_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = await Line(world).dial()

    async def busy(*_: object) -> bool:
        raise StoreBusyError(retry_after_seconds=2)

    monkeypatch.setattr(type(world.store.outbox), "mark_delivered", busy)
    answered = await line.post({"id": line.message_id, "event": "answered"})
    assert (answered.status_code, answered.headers["Retry-After"]) == (503, "2")
