"""Twilio: what is posted, what its answers mean, and what it is told in a call."""

import asyncio
import base64
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs, urlencode
from xml.etree import ElementTree as ET

import httpx2
import pytest

from delivery.http_servers import HttpServer, answer, http_server
from delivery.outboxes import NOON, Row, call, text
from mounted import ORIGIN, mounted
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import ProofOutcome, prove
from proofup.challenges.call_progress import note_call
from proofup.challenges.outcome import Refusal, Refused, Waiting
from proofup.delivery.callbacks import carriers_door
from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError, NoRouteError
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.twilio import (
    SIGNATURE,
    Twilio,
    TwilioCalls,
    TwilioSettings,
    TwilioTexts,
    signature,
)
from proofup.delivery.twilio_callbacks import TwilioRoutes
from proofup.values.ids import MessageId
from proofup.values.messages import Call, DeliveryState, Text
from proofup.values.secret import Secret
from proofup.values.ways import Way
from world import World

ACCOUNT = "AC" + 32 * "0"
TOKEN = Secret("12345")
ROBIN, NUMBER = "robin.ashby@contoso.test", "+44 7700 900067"


async def send_by(server: HttpServer, row: Row, *, sender: str = "+15005550006") -> str | None:
    client = OutboundClient(allow=["127.0.0.1"])
    url = f"http://127.0.0.1:{server.port}"
    twilio = Twilio(
        settings=TwilioSettings(account=ACCOUNT, token=TOKEN, url=url, sender=sender),
        client=client,
        public_url=ORIGIN,
        clock=lambda: NOON,
    )
    try:
        if isinstance(row.content, Call):
            return await TwilioCalls(twilio).send(row.content, row)
        assert isinstance(row.content, Text)
        return await TwilioTexts(twilio).send(row.content, row)
    finally:
        await client.close()


def posted(server: HttpServer) -> dict[str, list[str]]:
    return parse_qs(server.requests[-1].body.decode())


def test_SMS_12_a_text_is_posted_as_twilio_takes_it() -> None:
    async def story() -> None:
        async with http_server(answer(201, b'{"sid": "SM1", "status": "queued"}')) as server:
            assert await send_by(server, text()) == "SM1"
            request = server.requests[0]
            assert request.line == f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1"
            credentials = base64.b64encode(f"{ACCOUNT}:12345".encode()).decode()
            assert request.headers["authorization"] == f"Basic {credentials}"
            assert posted(server) == {
                "To": ["+447700900067"],
                "From": ["+15005550006"],
                "Body": ["Your code is 481620"],
                "ValidityPeriod": ["180"],
                "StatusCallback": [f"{ORIGIN}/delivery/v1/twilio/texts/m-1"],
            }
            await send_by(server, text(expires_at=NOON + timedelta(days=1)), sender="MG1")
            assert posted(server)["MessagingServiceSid"] == ["MG1"]
            assert posted(server)["ValidityPeriod"] == ["36000"]

    asyncio.run(story())


def test_VOI_07_a_call_says_where_to_ask_what_is_said() -> None:
    async def story() -> None:
        async with http_server(answer(201, b"not JSON")) as server:
            assert await send_by(server, call()) is None
            assert posted(server) == {
                "To": ["+442079460123"],
                "From": ["+15005550006"],
                "Url": [f"{ORIGIN}/delivery/v1/twilio/calls/m-1"],
                "StatusCallback": [f"{ORIGIN}/delivery/v1/twilio/calls/m-1/status"],
                "StatusCallbackEvent": ["ringing", "answered", "completed"],
                "Timeout": ["30"],
                "MachineDetection": ["Enable"],
                "SendDigits": ["wwww77"],
            }
            await send_by(server, call(extension=None))
            assert "SendDigits" not in posted(server)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("status", "code", "error", "permanent"),
    [
        (400, 21211, CarrierRefusedError, True),
        (400, 21610, CarrierRefusedError, True),
        (400, 21408, NoRouteError, True),
        (400, 99999, CarrierRefusedError, True),
        (401, 20003, CarrierDownError, False),
        (429, 20429, CarrierDownError, False),
        (500, None, CarrierDownError, False),
    ],
)
def test_a_refusal_is_judged_by_twilios_own_code(
    status: int,
    code: int | None,
    error: type[CarrierRefusedError],
    permanent: bool,  # noqa: FBT001
) -> None:
    async def story() -> None:
        body = f'{{"code": {code}, "message": "+447700900067 is bad"}}'.encode() if code else b"x"
        async with http_server(answer(status, body)) as server:
            with pytest.raises(error) as refused:
                await send_by(server, text())
        assert type(refused.value) is error
        assert refused.value.permanent is permanent
        assert "7700" not in refused.value.reason

    asyncio.run(story())


def test_nobody_who_answers_is_a_carrier_that_is_down() -> None:
    async def story() -> None:
        async with http_server(None) as server:
            pass
        with pytest.raises(CarrierDownError):
            await send_by(server, text())

    asyncio.run(story())


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        ("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
    ],
)
def test_NE2_the_signature_is_that_of_twilios_documentation(caller: str, expected: str) -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": caller,
        "Digits": "1234",
        "From": caller,
        "To": "+18005551212",
    }
    assert signature(TOKEN, "https://mycompany.com/myapp.php?foo=1&bar=2", fields) == expected


class Line:
    """Twilio, which has called Robin for a sign-in, and does what it is told (TwiML)."""

    def __init__(self, world: World) -> None:
        self.world, self.message_id = world, MessageId("none")
        routes = TwilioRoutes(
            outbox=world.store.outbox,
            note_call=partial(note_call, world.room),
            public_url=ORIGIN,
            clock=lambda: world.now,
        )
        door = carriers_door([*routes.of_calls(TOKEN), *routes.of_texts(TOKEN)])
        app = mounted(door, clock=lambda: world.now)
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ORIGIN)

    async def dial(self, way: str = "voiceMobile") -> "Line":
        await self.world.person(phone=NUMBER)
        _, self.here = await self.world.challenged(ROBIN, Way(way))
        assert self.here.sign_in
        (stored,) = await self.world.store.challenges.of_subject(self.here.sign_in.id, most=1)
        assert stored.message_id
        self.message_id = stored.message_id
        await self.world.sent()
        return self

    async def post(
        self, path: str, fields: dict[str, str], token: Secret[str] = TOKEN
    ) -> httpx2.Response:
        signed = signature(token, f"{ORIGIN}{path}", fields)
        headers = {SIGNATURE: signed, "content-type": "application/x-www-form-urlencoded"}
        return await self.http.post(path, content=urlencode(fields), headers=headers)

    async def call(self, **fields: str) -> httpx2.Response:
        return await self.post(f"/delivery/v1/twilio/calls/{self.message_id}", fields)

    async def status(self, **fields: str) -> httpx2.Response:
        return await self.post(f"/delivery/v1/twilio/calls/{self.message_id}/status", fields)

    async def press(self, said: httpx2.Response, **keys: str) -> httpx2.Response:
        (gather,) = ET.fromstring(said.text).iter("Gather")  # noqa: S314 - our own answer
        return await self.post(gather.attrib["action"], keys)

    async def proven(self) -> ProofOutcome:
        return await prove(self.world.sign_in, self.here, "", at=self.world.now)

    async def state(self) -> DeliveryState:
        progress = await self.world.store.outbox.progress(self.message_id)
        assert progress
        return progress.state


@pytest.mark.anyio
async def test_VOI_01_the_pound_key_in_the_call_lets_in(world: World) -> None:
    line = await Line(world).dial()
    assert (await line.status(CallStatus="ringing")).status_code == 204
    assert isinstance(await line.proven(), Waiting)
    said = await line.call(CallStatus="in-progress", AnsweredBy="human")
    assert said.headers["content-type"].startswith("text/xml")
    assert '<Say language="en-US">Hello. This is Contoso. Press the pound key' in said.text
    said = await line.press(said, Digits="5")
    assert "That key means nothing here" in said.text
    said = await line.press(said, Digits="", FinishedOnKey="#")
    assert "Thank you" in said.text
    assert "<Hangup/>" in said.text
    assert isinstance(await line.proven(), Proven)
    assert await line.state() is DeliveryState.DELIVERED
    assert (await line.status(CallStatus="completed")).status_code == 204


@pytest.mark.anyio
async def test_a_call_without_a_key_is_asked_a_few_times(world: World) -> None:
    line = await Line(world).dial()
    said = await line.call(CallStatus="in-progress")
    for _ in range(2):
        said = await line.press(said, Digits="")
    said = await line.press(said, Digits="")
    assert "<Gather" not in said.text
    assert isinstance(await line.proven(), Waiting)
    await line.status(CallStatus="completed")
    refused = await line.proven()
    assert isinstance(refused, Refused)
    assert refused.because is Refusal.HUNG_UP


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"CallStatus": "busy"}, Refusal.BUSY),
        ({"CallStatus": "no-answer"}, Refusal.NO_ANSWER),
        ({"CallStatus": "failed"}, Refusal.FAILED),
        ({"CallStatus": "completed", "AnsweredBy": "machine_start"}, Refusal.VOICEMAIL),
    ],
)
async def test_how_a_call_ended_is_told(
    world: World, fields: dict[str, str], because: Refusal
) -> None:
    line = await Line(world).dial()
    await line.status(**fields)
    refused = await line.proven()
    assert isinstance(refused, Refused)
    assert refused.because is because


@pytest.mark.anyio
async def test_a_machine_hears_nothing(world: World) -> None:
    line = await Line(world).dial()
    said = await line.call(CallStatus="in-progress", AnsweredBy="machine_start")
    assert "<Say" not in said.text
    refused = await line.proven()
    assert isinstance(refused, Refused)
    assert refused.because is Refusal.VOICEMAIL


@pytest.mark.anyio
async def test_NE2_what_twilio_has_not_signed_is_refused(world: World) -> None:
    line = await Line(world).dial()
    path = f"/delivery/v1/twilio/calls/{line.message_id}"
    for url in (path, f"{path}/status"):
        other = await line.post(url, {"CallStatus": "in-progress"}, Secret("another"))
        assert other.status_code == 401
        unsigned = await line.http.post(url, content="CallStatus=in-progress")
        assert unsigned.status_code == 401
    broken = await line.http.post(path, content=b"\xff=1")
    assert broken.status_code == 400
    assert (await line.status(CallStatus="unheard of")).status_code == 400
    line.message_id = MessageId("0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d47")
    assert (await line.status(CallStatus="ringing")).status_code == 404


@pytest.mark.anyio
async def test_the_status_of_a_text_moves_it_on(world: World) -> None:
    line = await Line(world).dial("sms")
    path = f"/delivery/v1/twilio/texts/{line.message_id}"
    assert (await line.post(path, {"MessageStatus": "sent"})).status_code == 204
    assert (await line.post(path, {"MessageStatus": "delivered"})).status_code == 204
    assert await line.state() is DeliveryState.DELIVERED
    late = {"MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert (await line.post(path, late)).status_code == 204
    assert await line.state() is DeliveryState.DELIVERED
    assert (await line.post(path, {"MessageStatus": "read"})).status_code == 400
    assert (await line.post(f"{path}x", {"MessageStatus": "sent"})).status_code == 404
