"""Drills D11 and D12: carriers that are slow, broken, silent or replaced while a person waits.

Everything is real except the carriers, which are HTTP servers that misbehave as told.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from delivery.http_servers import HttpServer, answer, http_server
from proofup.authentication.dispatcher import Standing
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import ProofOutcome, ask, prove
from proofup.challenges.outcome import Refusal, Refused, Waiting
from proofup.delivery.carriers import SmsCarrier
from proofup.delivery.kannel import KannelCarrier, KannelSettings
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.pace import Pace
from proofup.delivery.sender import Sender
from proofup.delivery.webhook import Webhook, WebhookCaller, WebhookCarrier, WebhookSettings
from proofup.pages.delivery_stage import PATIENCE, Stage, stage_of
from proofup.values.errors import LimitReachedError
from proofup.values.ids import MessageId
from proofup.values.messages import DeliveryState
from proofup.values.secret import Secret
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"
SECRET = Secret("a-secret-of-32-letters-or-more-x")
GRACE = timedelta(seconds=10)
TAKEN = answer(202)
QUEUED = answer(202, b"3: Queued for later delivery")
AT_ONCE = Pace(first=timedelta(0), longest=timedelta(0))


def webhook(server: HttpServer, world: World, client: OutboundClient) -> Webhook:
    return Webhook(
        settings=WebhookSettings(
            url=f"http://127.0.0.1:{server.port}/", secret=SECRET, sender=None
        ),
        client=client,
        public_url="https://id.contoso.test",
        clock=lambda: world.now,
    )


def kannel(server: HttpServer, world: World, client: OutboundClient) -> KannelCarrier:
    return KannelCarrier(
        KannelSettings(
            url=f"http://127.0.0.1:{server.port}/", user="u", password=SECRET, sender=None
        ),
        client=client,
        public_url="https://id.contoso.test",
        proofs=lambda message_id: [message_id],
        clock=lambda: world.now,
    )


@pytest.fixture(autouse=True)
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sender look often, because the world's clock jumps and makes messages due."""
    monkeypatch.setattr("proofup.delivery.sender.LOOKING_PAUSE", timedelta(milliseconds=20))


@asynccontextmanager
async def sending(
    world: World,
    *texts: Callable[[OutboundClient], SmsCarrier],
    call: Callable[[OutboundClient], WebhookCaller] | None = None,
) -> AsyncIterator[None]:
    """Send from the world's outbox by these carriers, in this order."""
    client = OutboundClient(allow=["127.0.0.1"])
    carriers: Mapping[str, SmsCarrier] = {
        f"carrier-{number}": carrier(client) for number, carrier in enumerate(texts)
    }
    sender = Sender(
        outbox=world.store.outbox,
        texts=carriers,
        calls={} if call is None else {"caller": call(client)},
        mails=None,
        clock=lambda: world.now,
        trouble_pace=AT_ONCE,
    )
    sender.start()
    try:
        yield
    finally:
        await sender.stop(GRACE)
        await client.close()


async def message_of(world: World, here: Standing) -> MessageId:
    assert here.sign_in
    (newest,) = await world.store.challenges.of_subject(here.sign_in.id, most=1)
    assert newest.message_id
    return newest.message_id


async def reaches(world: World, here: Standing, state: DeliveryState) -> None:
    message_id = await message_of(world, here)
    async with asyncio.timeout(20):
        while True:
            progress = await world.store.outbox.progress(message_id)
            if progress and progress.state is state:
                return
            await asyncio.sleep(0.01)


def codes(server: HttpServer) -> list[str]:
    """Return the codes that this carrier was given, oldest first."""
    found = []
    for request in server.requests:
        body = request.body.decode()
        words = json.loads(body)["text"] if body.startswith("{") else body
        match = re.search(r"\d{3} \d{3}", words)
        assert match
        found.append(match[0])
    return found


async def type_code(world: World, here: Standing, code: str) -> ProofOutcome:
    return await prove(world.sign_in, here, code, at=world.now)


async def test_D11_a_slow_carrier_is_left_and_the_next_one_texts_in_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.delivery.outbound.TOTAL_TIME", timedelta(seconds=1))
    await world.person(phone=PHONE)
    async with http_server(None) as slow, http_server(TAKEN) as quick:
        carriers = (slow, quick)
        async with sending(
            world,
            *(
                lambda client, one=one: WebhookCarrier(webhook(one, world, client))
                for one in carriers
            ),
        ):
            _, here = await world.challenged(ROBIN, Way("sms"))
            await reaches(world, here, DeliveryState.SENT)
        assert isinstance(await type_code(world, here, codes(quick)[0]), Proven)


@pytest.mark.parametrize(
    "trouble", [answer(500), answer(429), QUEUED], ids=["500", "429", "queued"]
)
async def test_D12_both_carriers_carry_one_code_and_it_is_taken_once(
    world: World, trouble: bytes
) -> None:
    """Even if the first carrier finally sends a text that it had refused: it is the same text."""
    await world.person(phone=PHONE)
    async with http_server(trouble) as first, http_server(TAKEN) as second:
        async with sending(
            world,
            lambda client: kannel(first, world, client),
            lambda client: WebhookCarrier(webhook(second, world, client)),
        ):
            _, here = await world.challenged(ROBIN, Way("sms"))
            await reaches(world, here, DeliveryState.SENT)
        assert codes(first) == codes(second)
        assert len(codes(second)) == 1
        assert isinstance(await type_code(world, here, codes(second)[0]), Proven)
        again = await type_code(world, here, codes(first)[0])
        assert again == Refused(because=Refusal.ALREADY_USED)


async def test_D12_a_new_code_by_another_carrier_makes_the_old_one_void(world: World) -> None:
    await world.person(phone=PHONE)
    async with (
        http_server(TAKEN, answer(503)) as first,
        http_server(TAKEN) as second,
        sending(
            world,
            lambda client: WebhookCarrier(webhook(first, world, client)),
            lambda client: WebhookCarrier(webhook(second, world, client)),
        ),
    ):
        _, here = await world.challenged(ROBIN, Way("sms"))
        await reaches(world, here, DeliveryState.SENT)
        world.later(seconds=31)
        await ask(world.sign_in, here, Way("sms"), at=world.now)
        await reaches(world, here, DeliveryState.SENT)
        old, (new,) = codes(first)[0], codes(second)
        assert old != new
        outcome = await type_code(world, here, old)
        assert isinstance(outcome, Refused)
        assert outcome.because is Refusal.SUPERSEDED
        assert isinstance(await type_code(world, here, new), Proven)


@pytest.mark.parametrize("way", [Way("sms"), Way("voiceMobile")])
async def test_D11_what_waits_for_a_carrier_is_not_sent_once_another_way_was_chosen(
    world: World, way: Way
) -> None:
    await world.person(phone=PHONE, apps=1)
    _, here = await world.challenged(ROBIN, way)
    stale = await message_of(world, here)
    await ask(world.sign_in, here, Way("oath"), at=world.now)
    assert await world.sent() == []
    progress = await world.store.outbox.progress(stale)
    assert progress
    assert progress.state is DeliveryState.FAILED


async def test_D11_what_is_taken_and_never_delivered_is_called_late_in_time(world: World) -> None:
    await world.person(phone=PHONE, apps=1)
    async with (
        http_server(TAKEN) as silent,
        sending(world, lambda client: WebhookCarrier(webhook(silent, world, client))),
    ):
        _, here = await world.challenged(ROBIN, Way("sms"))
        await reaches(world, here, DeliveryState.SENT)
    progress = await world.store.outbox.progress(await message_of(world, here))
    assert progress
    assert stage_of(progress, at=world.now) is Stage.SENT
    world.later(seconds=PATIENCE.total_seconds() + 1)
    assert stage_of(progress, at=world.now) is Stage.LATE
    assert timedelta(seconds=20) >= PATIENCE
    # Another way is available all the time, and is answered at once.
    await ask(world.sign_in, here, Way("oath"), at=world.now)
    assert here.person
    code = await world.app_code(here.person.user.id)
    assert isinstance(await type_code(world, here, code), Proven)


async def test_D11_one_text_is_charged_once_however_often_it_is_tried(world: World) -> None:
    await world.person(phone=PHONE)
    async with (
        http_server(answer(500)) as first,
        http_server(answer(429), answer(429), TAKEN) as second,
        sending(
            world,
            lambda client: WebhookCarrier(webhook(first, world, client)),
            lambda client: WebhookCarrier(webhook(second, world, client)),
        ),
    ):
        _, here = await world.challenged(ROBIN, Way("sms"))
        async with asyncio.timeout(20):
            while len(second.requests) < 3:
                world.later(seconds=1)
                await asyncio.sleep(0.02)
        await reaches(world, here, DeliveryState.SENT)
        assert len(set(codes(first) + codes(second))) == 1
        for _ in range(4):  # five an hour: had each try been counted, this would be too many
            world.later(seconds=31)
            await ask(world.sign_in, here, Way("sms"), at=world.now)
        world.later(seconds=31)
        with pytest.raises(LimitReachedError):
            await ask(world.sign_in, here, Way("sms"), at=world.now)


async def test_D11_a_call_is_ordered_under_one_id_and_given_up_in_time(world: World) -> None:
    await world.person(phone=PHONE)
    async with (
        http_server(answer(500)) as broken,
        sending(world, call=lambda client: WebhookCaller(webhook(broken, world, client))),
    ):
        _, here = await world.challenged(ROBIN, Way("voiceMobile"))
        async with asyncio.timeout(20):
            while len(broken.requests) < 3:
                world.later(seconds=1)
                await asyncio.sleep(0.02)
        assert {json.loads(one.body)["id"] for one in broken.requests} == {
            await message_of(world, here)
        }
        world.later(minutes=3)
        await reaches(world, here, DeliveryState.FAILED)
        assert await type_code(world, here, "") == Refused(because=Refusal.LATE)


async def test_D13_a_call_of_which_nothing_is_heard_ends_with_its_time(world: World) -> None:
    await world.person(phone=PHONE)
    async with (
        http_server(TAKEN) as silent,
        sending(world, call=lambda client: WebhookCaller(webhook(silent, world, client))),
    ):
        _, here = await world.challenged(ROBIN, Way("voiceMobile"))
        await reaches(world, here, DeliveryState.SENT)
        assert await type_code(world, here, "") == Waiting()
        world.later(minutes=3)
        assert await type_code(world, here, "") == Refused(because=Refusal.LATE)
        assert len(silent.requests) == 1
