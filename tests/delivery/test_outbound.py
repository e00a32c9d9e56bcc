import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from datetime import timedelta

import pytest
import trustme

from delivery.http_servers import answer, http_server
from proofup.delivery.outbound import (
    LONGEST_ANSWER,
    ForbiddenTargetError,
    OutboundClient,
    UnreachableError,
    check_url,
    is_public,
)

HEADERS = {"Content-Type": "application/json"}


async def post(client: OutboundClient, url: str) -> tuple[int, bytes]:
    try:
        got = await client.post(url, body=b"{}", headers=HEADERS)
    finally:
        await client.close()
    return got.status, got.body


class Resolver:
    """Gives each list of addresses once, then repeats the last one, and counts calls."""

    def __init__(self, *lists: list[str]) -> None:
        self.lists = list(lists)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self.lists.pop(0) if len(self.lists) > 1 else self.lists[0]


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("https://sms.example/send", ()),
        ("https://sms.example:443/send?a=b", ()),
        ("https://SMS.example:8443/send", ("sms.example",)),
        ("http://localhost:8081/texts", ("localhost:8081",)),
        ("http://[::1]:8081/texts", ("[::1]:8081",)),
        ("http://[::1]/texts", ("[::1]",)),
    ],
)
def test_NE1_https_and_what_the_operator_allows_may_be_called(
    url: str, allow: tuple[str, ...]
) -> None:
    check_url(url, allow=allow)


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("http://sms.example/", ()),
        ("https://sms.example:8443/", ()),
        ("https://sms.example:0/", ()),
        ("http://localhost:8081/", ("localhost:8082",)),
        ("ftp://localhost/", ("localhost",)),
        ("file:///etc/passwd", ()),
        ("gopher://127.0.0.1:70/_x", ("127.0.0.1",)),
        ("https:///path", ()),
        ("https://user@sms.example/", ()),
        ("https://@sms.example/", ()),
        ("https://sms.example/#x", ()),
        ("https://sms.example:99999/", ()),
        ("https://[::1/", ()),
        ("https://bücher.example/", ()),
        ("https://sms.example/\r\nX: y", ()),
        ("", ()),
    ],
)
def test_NE1_any_other_address_is_refused(url: str, allow: tuple[str, ...]) -> None:
    with pytest.raises(ForbiddenTargetError):
        check_url(url, allow=allow)


PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
PRIVATE = [
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "0.0.0.1", "100.64.0.1"),
    *("169.254.169.254", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "203.0.113.5"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::10.0.0.1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b:1::1", "2002:7f00:1::", "2001:db8::1", "3fff::1", "5f00::1"),
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_NE1_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_NE1_private_local_and_special_addresses_are_not(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254"])
def test_NE1_a_name_that_leads_inside_is_refused_before_any_connection(address: str) -> None:
    async def story() -> None:
        client = OutboundClient(resolve=Resolver([address]))
        with pytest.raises(ForbiddenTargetError, match="private address"):
            await post(client, "https://sms.example/")

    asyncio.run(story())


def test_NE1_one_private_address_among_public_ones_spoils_them_all() -> None:
    async def story() -> None:
        client = OutboundClient(resolve=Resolver(["8.8.8.8", "127.0.0.1"]))
        with pytest.raises(ForbiddenTargetError):
            await post(client, "https://sms.example/")

    asyncio.run(story())


def test_NE1_D33_the_connection_goes_to_the_judged_address_whatever_the_name_says_next() -> None:
    async def story() -> None:
        async with http_server(answer(202, b"ok")) as server:
            # The system's resolver does not know this name, so a second look-up would fail.
            resolver = Resolver(["127.0.0.1"], ["169.254.169.254"])
            client = OutboundClient(allow=[f"sms.example:{server.port}"], resolve=resolver)
            url = f"http://sms.example:{server.port}/texts"
            assert await post(client, url) == (202, b"ok")
            assert resolver.asked == [("sms.example", server.port)]
            assert server.requests[0].headers["host"] == f"sms.example:{server.port}"

    asyncio.run(story())


def test_NE1_D33_a_redirect_is_an_answer_and_is_not_followed() -> None:
    async def story() -> None:
        elsewhere = "Location: http://169.254.169.254/latest/meta-data"
        async with http_server(answer(302, b"", elsewhere)) as server:
            client = OutboundClient(allow=["127.0.0.1"])
            assert (await post(client, f"http://127.0.0.1:{server.port}/"))[0] == 302
            assert len(server.requests) == 1

    asyncio.run(story())


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    async def story() -> None:
        async with http_server(answer()) as server:
            client = OutboundClient(allow=["sms.example"], resolve=Resolver(["::1", "127.0.0.1"]))
            assert (await post(client, f"http://sms.example:{server.port}/"))[0] == 202

    asyncio.run(story())


def test_connections_are_kept_for_the_next_post() -> None:
    async def story() -> None:
        async with http_server(answer()) as server:
            client = OutboundClient(allow=["localhost"])
            for _ in range(3):
                await client.post(f"http://localhost:{server.port}/", body=b"{}", headers=HEADERS)
            await client.close()
            assert (len(server.requests), server.connections) == (3, 1)

    asyncio.run(story())


def test_closing_a_client_that_was_never_used_does_nothing() -> None:
    asyncio.run(OutboundClient().close())


def test_NE1_an_answer_may_not_be_longer_than_64_kib() -> None:
    async def story() -> None:
        for length, taken in ((LONGEST_ANSWER, True), (LONGEST_ANSWER + 1, False)):
            async with http_server(answer(202, b"x" * length)) as server:
                client = OutboundClient(allow=["127.0.0.1"])
                url = f"http://127.0.0.1:{server.port}/"
                if taken:
                    assert len((await post(client, url))[1]) == length
                else:
                    with pytest.raises(UnreachableError, match="too long"):
                        await post(client, url)

    asyncio.run(story())


def test_NE1_D11_an_answer_that_does_not_come_is_left_after_the_total_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("proofup.delivery.outbound.TOTAL_TIME", timedelta(milliseconds=50))

    async def story() -> None:
        async with http_server(None) as server:
            client = OutboundClient(allow=["127.0.0.1"])
            with pytest.raises(UnreachableError, match="no answer in time"):
                await post(client, f"http://127.0.0.1:{server.port}/")

    asyncio.run(story())


def test_what_is_no_http_is_said_so() -> None:
    async def story() -> None:
        async with http_server(b"220 mail.example ESMTP\r\n\r\n") as server:
            client = OutboundClient(allow=["127.0.0.1"])
            with pytest.raises(UnreachableError, match="not HTTP"):
                await post(client, f"http://127.0.0.1:{server.port}/")

    asyncio.run(story())


def test_a_closed_port_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it
        port = taken.getsockname()[1]

        async def story() -> None:
            client = OutboundClient(allow=["127.0.0.1"])
            with pytest.raises(UnreachableError, match="connection failed"):
                await post(client, f"http://127.0.0.1:{port}/")

        asyncio.run(story())


@pytest.mark.parametrize("addresses", [[], None])
def test_a_name_without_an_address_is_said_so(addresses: list[str] | None) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        if addresses is None:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return addresses

    async def story() -> None:
        client = OutboundClient(resolve=resolve)
        with pytest.raises(UnreachableError):
            await post(client, "https://sms.example/")

    asyncio.run(story())


def test_NE1_what_is_reached_is_judged_like_a_post_and_sent_nothing() -> None:
    async def story() -> None:
        async with http_server(answer()) as server:
            client = OutboundClient(allow=["127.0.0.1"])
            await client.reach(f"http://127.0.0.1:{server.port}/texts")
            await client.close()
            assert (server.requests, server.connections) == ([], 1)
        with pytest.raises(UnreachableError, match="connection failed"):
            await client.reach(f"http://127.0.0.1:{server.port}/texts")
        with pytest.raises(ForbiddenTargetError, match="by http"):
            await client.reach("http://sms.example/")
        with pytest.raises(ForbiddenTargetError, match="private address"):
            await OutboundClient(resolve=Resolver(["10.0.0.7"])).reach("https://sms.example/")

    asyncio.run(story())


def test_NE1_the_certificate_must_be_for_the_name_and_from_a_trusted_authority() -> None:
    authority = trustme.CA()
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("sms.example").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    async def story() -> None:
        async with http_server(answer(202, b"ok"), tls=serving) as server:
            for host, tls, trusted in (
                ("sms.example", trusting, True),
                ("other.example", trusting, False),
                ("sms.example", None, False),
            ):
                client = OutboundClient(allow=[host], resolve=Resolver(["127.0.0.1"]), tls=tls)
                url = f"https://{host}:{server.port}/"
                if trusted:
                    assert await post(client, url) == (202, b"ok")
                    await client.reach(url)
                    continue
                with pytest.raises(UnreachableError, match="certificate"):
                    await post(client, url)
                with pytest.raises(UnreachableError, match="certificate"):
                    await client.reach(url)

    asyncio.run(story())
