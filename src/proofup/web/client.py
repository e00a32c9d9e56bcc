"""The client of a request: its address behind trusted proxies, and the requested host.

Anybody can send a forwarding header. Only the part that our own proxies wrote is trusted: from the
right, up to the first hop that is not a trusted proxy (security row NE3).
"""

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from starlette.types import Scope

from proofup.values.client import LONGEST_AGENT, Client
from proofup.web.public_url import DEFAULT_PORTS, PublicUrl

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

NOBODY = ipaddress.IPv6Address("::")  # a peer without an address, such as a Unix socket
MOST_HOPS = 32


def trusted_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks of the proxies named in the settings. Raises ValueError."""
    return tuple(ipaddress.ip_network(text.strip()) for text in texts)


def client_of(scope: Scope, trusted_proxies: Sequence[Network]) -> Client:
    """Return the client of a request. Never raises, whatever the headers are."""
    peer = scope.get("client")
    socket = (_address(peer[0]) if peer else None) or NOBODY
    agent = ""
    forwarded: list[str] = []
    for name, value in scope["headers"]:
        if name == b"user-agent":
            agent = _printable(value.decode("latin-1"))
        elif name == b"x-forwarded-for":
            forwarded.append(value.decode("latin-1"))
    if not forwarded:
        return Client(address=str(socket), agent=agent)
    if not _is_trusted(socket, trusted_proxies):
        # From the internet anybody may send the header; from a private address it means a proxy.
        proxy = "" if socket.is_global else str(socket)
        return Client(address=str(socket), agent=agent, proxy=proxy)
    address = _first_stranger(",".join(forwarded), trusted_proxies) or socket
    return Client(address=str(address), agent=agent)


def asks_for(scope: Scope, public_url: PublicUrl) -> bool | None:
    """Return whether the Host header is ours; None unless there is exactly one readable one."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or not hosts[0] or not hosts[0].isascii():
        return None
    host, _, port = hosts[0].decode("ascii").lower().rpartition(":")
    if not port.isdigit():  # no port, or the end of an IPv6 address
        host, port = hosts[0].decode("ascii").lower(), str(DEFAULT_PORTS[public_url.scheme])
    return (host.strip("[]"), port) == (public_url.host, str(public_url.port))


def _first_stranger(hops: str, trusted_proxies: Sequence[Network]) -> Address | None:
    """Return the rightmost hop that is not a trusted proxy; None if it is no address."""
    address = None
    for hop in reversed(hops.rsplit(",", MOST_HOPS)):
        address = _address(hop)
        if address is None or not _is_trusted(address, trusted_proxies):
            return address
    return address


def _is_trusted(address: Address, trusted_proxies: Sequence[Network]) -> bool:
    return any(
        address in network for network in trusted_proxies if network.version == address.version
    )


@lru_cache(maxsize=1024)  # most requests come from recent addresses
def _address(text: str) -> Address | None:
    """Return the address in ``text``: bare, in brackets, with a port or a zone."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _printable(text: str) -> str:
    kept = text[:LONGEST_AGENT]
    return kept if kept.isprintable() else "".join(filter(str.isprintable, kept))
