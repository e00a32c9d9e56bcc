"""Calls through the whole service: requested by a page, with events of a carrier."""

from datetime import timedelta
from typing import Any

import httpx2
import msgspec
import pytest

from journeys.conftest import CARRIER_SECRET
from journeys.steps import PHONE, to_challenge
from proofup.config.settings import Calls
from proofup.delivery.signature import signed_headers
from proofup.methods.protocol import CallStatus
from proofup.values.messages import Call
from proofup.values.secret import Secret
from proofup.values.ways import Way
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
LEASE = timedelta(minutes=1)
SECRET = Secret(CARRIER_SECRET)


@pytest.fixture
def calls() -> Calls:
    return Calls(
        webhook="https://voice.contoso.test/calls", secret=SECRET, countries=frozenset({"GB"})
    )


async def call_me(visitor: Visitor) -> None:
    """Ask for a call instead of the text that was sent."""
    await visitor.open("/signin/options")
    await visitor.send("/signin/challenge/send", button=("option", Way("voiceMobile")))


async def tell(
    world: World, visitor: Visitor, body: dict[str, Any], **headers: str
) -> httpx2.Response:
    raw = msgspec.json.encode(body)
    path = f"/delivery/v1/calls/{body['id']}"
    signed = signed_headers(SECRET, raw, at=world.now) | headers
    # As carriers post: from no page of ours, and from no page at all.
    return await visitor.http.post(path, content=raw, headers=signed)


@pytest.mark.both_engines
async def test_VOI_01_a_call_is_ordered_told_of_and_approves(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    await world.sent()
    world.later(seconds=31)
    await call_me(visitor)
    (claimed,) = await world.store.outbox.claim("call", 5, LEASE, world.now)
    assert isinstance(claimed.content, Call)
    answered = await tell(world, another_visitor, {"id": claimed.id, "event": "answered"})
    assert answered.status_code == 200
    assert answered.json() == {
        "say": claimed.content.greeting,
        "language": "en",
        "then": "listen",
    }
    assert answered.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answered.headers
    keys = {"id": claimed.id, "event": "keys", "digits": "#", "turn": 1}
    assert (await tell(world, another_visitor, keys)).json()["then"] == "hangUp"
    stored = await world.store.challenges.of_message(claimed.id)
    assert stored
    assert stored.challenge.call_status is CallStatus.APPROVED


async def test_NE2_a_call_event_that_nobody_signed_is_refused(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    world.later(seconds=31)
    await call_me(visitor)
    (claimed,) = await world.store.outbox.claim("call", 5, LEASE, world.now)
    keys = {"id": claimed.id, "event": "keys", "digits": "#", "turn": 1}
    forged = await tell(world, visitor, keys, **{"Proofup-Signature": "v1=" + 64 * "0"})
    assert forged.status_code == 401
    stored = await world.store.challenges.of_message(claimed.id)
    assert stored
    assert stored.challenge.call_status is None


async def test_SM4_TEL_01_a_country_that_is_texted_may_yet_not_be_called(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone="+351 912345678")
    await to_challenge(visitor)
    assert await world.texted_code()
    world.later(seconds=31)
    await call_me(visitor)
    assert await world.sent() == []
