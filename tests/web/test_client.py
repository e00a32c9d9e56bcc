import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.web.client import asks_for, client_of, trusted_networks
from proofup.web.public_url import PublicUrl

PROXIES = trusted_networks(["192.0.2.0/28", "2001:db8:1::/48", "127.0.0.1"])
PROXY = "192.0.2.7"
PERSON = "203.0.113.24"


def scope(peer: str | None, *forwarded: str, agent: bytes = b"") -> dict[str, Any]:
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    headers.append((b"user-agent", agent))
    return {"client": (peer, 5000) if peer is not None else None, "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (PERSON, (), PERSON),
        (PERSON, ("198.51.100.1",), PERSON),  # not from a trusted proxy
        (PROXY, (PERSON,), PERSON),
        (PROXY, (f"198.51.100.1, {PERSON}",), PERSON),  # the left part was sent by the person
        (PROXY, (f"198.51.100.1, {PERSON}, 192.0.2.8",), PERSON),  # two proxies of ours
        (PROXY, ("198.51.100.1", PERSON), PERSON),  # two headers are one list
        (PROXY, ("192.0.2.8",), "192.0.2.8"),  # nobody but proxies: the first of them
        (PROXY, (f"{PERSON}:4711",), PERSON),
        (PROXY, ("[2001:db8::5]:4711",), "2001:db8::5"),
        (PROXY, ("2001:db8::5",), "2001:db8::5"),
        (PROXY, ("::ffff:203.0.113.24",), PERSON),
        ("::ffff:192.0.2.7", (PERSON,), PERSON),
        ("2001:db8:1::7", (PERSON,), PERSON),
        ("fe80::1%eth0", (), "fe80::1"),
        (PROXY, ("unknown",), PROXY),
        (PROXY, ("",), PROXY),
        (PROXY, (f"{PERSON}, _hidden",), PROXY),
        (PROXY, ("1.2.3.4.5",), PROXY),
        (None, (PERSON,), "::"),
        ("testclient", (), "::"),
    ],
)
def test_NE3_the_rightmost_hop_that_is_not_ours_counts(
    peer: str | None, forwarded: tuple[str, ...], address: str
) -> None:
    assert client_of(scope(peer, *forwarded), PROXIES).address == address


@given(st.lists(st.text(st.characters(max_codepoint=255), max_size=60), max_size=4))
def test_NE3_no_header_is_an_error(forwarded: list[str]) -> None:
    found = client_of(scope(PROXY, *forwarded), PROXIES)
    assert ipaddress.ip_address(found.address)
    assert found.network


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxy"),
    [
        ("10.0.0.7", (PERSON,), "10.0.0.7"),
        ("fd00::7", (PERSON,), "fd00::7"),
        (None, (PERSON,), "::"),  # a Unix socket
        ("8.8.8.8", (PERSON,), ""),  # anybody may say so
        ("10.0.0.7", (), ""),
        (PROXY, (PERSON,), ""),
    ],
)
def test_NE3_a_proxy_that_is_not_named_is_told_from_whoever_makes_the_header_up(
    peer: str | None, forwarded: tuple[str, ...], proxy: str
) -> None:
    assert client_of(scope(peer, *forwarded), PROXIES).proxy == proxy


def test_NE3_a_very_long_list_is_not_walked() -> None:
    found = client_of(scope(PROXY, ", ".join(["192.0.2.8"] * 1000)), PROXIES)
    assert found.address == PROXY


def test_WE5_the_agent_is_kept_short_and_free_of_control_characters() -> None:
    found = client_of(scope(PERSON, agent=b"Firefox\x00\r\n\x85" + b"x" * 999), PROXIES)
    assert found.agent.startswith("Firefoxxx")
    assert len(found.agent) <= 256


@pytest.mark.parametrize(
    ("url", "host", "ours"),
    [
        ("https://id.contoso.test", b"id.contoso.test", True),
        ("https://id.contoso.test", b"ID.Contoso.Test:443", True),
        ("https://id.contoso.test", b"id.contoso.test:8443", False),
        ("https://id.contoso.test", b"evil.test", False),
        ("https://id.contoso.test", b"id.contoso.test.evil.test", False),
        ("https://id.contoso.test", b"id.contoso.test@evil.test", False),
        ("http://localhost:8080", b"localhost:8080", True),
        ("http://localhost:8080", b"localhost", False),
        ("http://[::1]:8080", b"[::1]:8080", True),
        ("https://id.contoso.test", b"", None),
        ("https://id.contoso.test", "idä".encode(), None),
    ],
)
def test_the_host_header_names_us_or_not(url: str, host: bytes, ours: bool | None) -> None:  # noqa: FBT001 - the expectation
    assert asks_for({"headers": [(b"host", host)]}, PublicUrl.of(url)) is ours


def test_two_host_headers_are_none() -> None:
    twice = {"headers": [(b"host", b"a.test"), (b"host", b"b.test")]}
    assert asks_for(twice, PublicUrl.of("https://a.test")) is None
    assert asks_for({"headers": []}, PublicUrl.of("https://a.test")) is None


def test_a_network_that_is_none_stops_the_start() -> None:
    with pytest.raises(ValueError, match="appear"):
        trusted_networks(["example.org"])
