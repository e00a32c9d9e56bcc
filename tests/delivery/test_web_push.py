"""Web Push against a local push service, read by a client that follows the standards."""

import base64
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from joserfc import jwt
from joserfc.jwk import ECKey
from msgspec.structs import replace

from delivery.http_servers import HttpServer, answer, http_server
from outrun import outrun
from phone_with_app import point
from proofup.challenges.waking import end_subscription
from proofup.delivery.carriers import CarrierRefusedError
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.vapid import private_key, public_point, server_key
from proofup.delivery.web_push import WebPush
from proofup.methods.microsoft_authenticator import MicrosoftAuthenticator
from proofup.methods.registered_methods import AddMethod, NewMethod, UpdateMethod
from proofup.storage.outbox import Claimed
from proofup.values.errors import StaleMethodError
from proofup.values.ids import ChallengeId, CorrelationId, MessageId, MethodId, UserId
from proofup.values.messages import Push, Subscription
from proofup.values.sealing import KeyPurpose, KeyRing
from proofup.values.secret import Secret
from world import World

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
REQUEST = ChallengeId("0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d47")
CONTACT = "mailto:desk@contoso.test"


def ring(*secrets: bytes) -> KeyRing:
    named = {f"k-{number}": Secret(secret) for number, secret in enumerate(secrets)}
    return KeyRing({KeyPurpose.VAPID: named})


@dataclass
class Browser:
    """A browser that has subscribed, with the keys of RFC 8291."""

    keys: KeyRing
    key: Any = field(default_factory=lambda: generate_private_key(SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    def subscription(self, endpoint: str) -> Subscription:
        return Subscription(
            endpoint=endpoint,
            p256dh=point(self.key),
            auth=self.auth,
            server_key=server_key(self.keys),
        )

    def read(self, body: bytes) -> Any:
        opened = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return json.loads(opened)


async def send(
    server: HttpServer,
    browser: Browser,
    *,
    keys: KeyRing | None = None,
    change: Callable[[Subscription], Subscription] = lambda found: found,
    over: list[Push] | None = None,
) -> None:
    """Send a message to the browser; a subscription that is said to have ended goes to ``over``."""

    async def ended(push: Push) -> None:
        assert over is not None
        over.append(push)

    found = change(browser.subscription(f"http://127.0.0.1:{server.port}/send/1"))
    push = Push(
        user_id=UserId("robin"), method_id=MethodId("m-1"), request=REQUEST, subscription=found
    )
    client = OutboundClient(allow=["127.0.0.1"])
    service = WebPush(
        client=client,
        keys=keys or browser.keys,
        contact=CONTACT,
        ended=ended,
        clock=lambda: NOON,
    )
    message = Claimed(
        id=MessageId("m"),
        content=push,
        language="en",
        created_at=NOON,
        expires_at=NOON + timedelta(seconds=60),
        attempts=1,
        correlation_id=CorrelationId("c"),
    )
    try:
        assert await service.send(push, message) is None
    finally:
        await client.close()


async def refused(server: HttpServer, browser: Browser, **more: Any) -> CarrierRefusedError:
    with pytest.raises(CarrierRefusedError) as caught:
        await send(server, browser, **more)
    return caught.value


async def test_the_browser_alone_reads_the_id_of_the_request() -> None:
    browser = Browser(ring(b"k" * 32))
    async with http_server(answer(201)) as server:
        await send(server, browser)
        (posted,) = server.requests
    assert posted.line == "POST /send/1 HTTP/1.1"
    assert browser.read(posted.body) == {"request": REQUEST}
    assert REQUEST.encode() not in posted.body
    headers = posted.headers
    assert headers["content-encoding"] == "aes128gcm"
    assert (headers["ttl"], headers["urgency"]) == ("60", "high")
    assert headers["topic"] == REQUEST.replace("-", "")
    assert len(headers["topic"]) <= 32  # RFC 8030 §5.4
    assert "cookie" not in headers


async def test_the_push_service_can_check_who_sends() -> None:
    browser = Browser(ring(b"k" * 32))
    async with http_server(answer(201)) as server:
        await send(server, browser)
        (posted,) = server.requests
        origin = f"http://127.0.0.1:{server.port}"
    scheme, _, rest = posted.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    told = dict(one.strip().split("=", 1) for one in rest.split(","))
    known = base64.urlsafe_b64decode(told["k"] + "=")
    assert known == server_key(browser.keys)
    x, y = (base64.urlsafe_b64encode(part).rstrip(b"=") for part in (known[1:33], known[33:]))
    key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x.decode(), "y": y.decode()})
    token = jwt.decode(told["t"], key, algorithms=["ES256"])
    assert token.header["alg"] == "ES256"
    expires = int((NOON + timedelta(hours=12)).timestamp())
    assert token.claims == {"aud": origin, "exp": expires, "sub": CONTACT}


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_the_push_service_forgot_has_ended(status: int) -> None:
    over: list[Push] = []
    async with http_server(answer(status)) as server:
        why = await refused(server, Browser(ring(b"k" * 32)), over=over)
    assert (why.permanent, why.reason) == (True, "the subscription has ended")
    assert [push.request for push in over] == [REQUEST]


@pytest.mark.parametrize(
    ("status", "permanent"), [(400, True), (413, True), (429, False), (500, False), (503, False)]
)
async def test_other_answers_leave_the_subscription(status: int, *, permanent: bool) -> None:
    async with http_server(answer(status)) as server:
        why = await refused(server, Browser(ring(b"k" * 32)))
    assert (why.reason, why.permanent) == (f"answered {status}", permanent)


async def test_a_push_service_that_is_away_is_tried_again_and_stops_no_other() -> None:
    async with http_server(answer(201)) as server:
        why = await refused(
            server,
            Browser(ring(b"k" * 32)),
            change=lambda found: replace(found, endpoint="http://127.0.0.1:9/"),
        )
    assert type(why) is CarrierRefusedError, "no breaker opens"
    assert not why.permanent


async def test_NE1_a_private_address_is_not_called() -> None:
    async with http_server(answer(201)) as server:
        why = await refused(
            server,
            Browser(ring(b"k" * 32)),
            change=lambda found: replace(found, endpoint="https://10.0.0.1/send"),
        )
        assert server.requests == []
    assert "private" in why.reason


async def test_after_a_rotation_the_key_that_the_browser_knows_is_used() -> None:
    old, new = b"k" * 32, b"n" * 32
    browser = Browser(ring(old))
    async with http_server(answer(201)) as server:
        await send(server, browser, keys=ring(old, new))
        assert server_key(ring(old, new)) == public_point(private_key(new))
        why = await refused(server, browser, keys=ring(new), over=[])
    assert why.reason == "subscribed with a key that is removed"


async def test_a_browser_with_a_broken_key_is_not_tried_again() -> None:
    async with http_server(answer(201)) as server:
        why = await refused(
            server,
            Browser(ring(b"k" * 32)),
            change=lambda found: replace(found, p256dh=b"\4" * 65),
            over=[],
        )
    assert why.permanent


async def test_a_subscription_that_has_ended_is_forgotten_and_a_newer_one_stays(
    world: World,
) -> None:
    app, browser = MicrosoftAuthenticator(), Browser(world.store.keys)
    robin = await world.person()
    candidate = app.candidate(
        {},
        NewMethod(id=MethodId("d-1"), user_id=robin.user.id, slot="authenticator.1", at=world.now),
        world.entropy,
    )
    first = browser.subscription("https://push.example/1")
    await world.store.commit(AddMethod(method=app.subscribed(candidate, first)))
    await world.person("kim@contoso.test", phone="+44 7700 900068")
    push = Push(
        user_id=robin.user.id, method_id=MethodId("d-1"), request=REQUEST, subscription=first
    )
    await end_subscription(world.room, replace(push, method_id=MethodId("another")))
    (held,) = await world.store.methods.of_user(robin.user.id)
    assert app.subscription(held) == first
    await end_subscription(outrun(world.room, StaleMethodError()), push)
    (held,) = await world.store.methods.of_user(robin.user.id)
    assert app.subscription(held) == first, "the next message is told the same"
    await end_subscription(world.room, push)
    (held,) = await world.store.methods.of_user(robin.user.id)
    assert app.subscription(held) is None
    newer = browser.subscription("https://push.example/2")
    await world.store.commit(UpdateMethod(method=app.subscribed(held, newer)))
    await end_subscription(world.room, push)
    (held,) = await world.store.methods.of_user(robin.user.id)
    assert app.subscription(held) == newer
