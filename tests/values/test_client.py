import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.values.client import Client


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.255", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
    ],
)
def test_GU4_addresses_of_one_network_are_counted_together(address: str, network: str) -> None:
    assert Client(address=address).network == network


@given(st.ip_addresses())
def test_GU4_an_address_lies_in_its_network(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    network = ipaddress.ip_network(Client(address=str(address)).network)
    mapped = getattr(address, "ipv4_mapped", None)
    assert (mapped or address) in network


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
            ),
            ("Edge", "Windows"),
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
            ),
            ("Safari", "iPhone"),
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) FxiOS/130.0 Mobile/15E148 Safari/605.1.15"
            ),
            ("Firefox", "iPhone"),
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/130.0.0.0 Mobile Safari/537.36"
            ),
            ("Chrome", "Android"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
            ("Firefox", "Linux"),
        ),
        ("curl/8.5.0", ("curl", "")),
        ("something (Macintosh; Intel Mac OS X 10_15_7)", ("", "Mac")),
        ("", ("", "")),
    ],
)
def test_an_agent_is_told_by_its_browser_and_system(agent: str, told: tuple[str, str]) -> None:
    client = Client(address="203.0.113.7", agent=agent)
    assert (client.browser, client.system) == told


@given(st.text())
def test_nothing_of_a_made_up_agent_is_repeated(agent: str) -> None:
    told = Client(address="203.0.113.7", agent=f"<b>{agent}</b>")
    assert "<" not in told.browser + told.system
