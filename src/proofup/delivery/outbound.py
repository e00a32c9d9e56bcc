"""The only client for outgoing requests by HTTP and by SMPP (security row NE1).

This client resolves names itself, checks every address, and connects to the very address that was
checked. So DNS rebinding does not help an attacker. It follows no redirects, ignores proxies from
the environment, keeps no cookies, and limits time and size.
"""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct

from proofup.delivery.certificates import is_untrusted
from proofup.values.errors import ProofupError

if TYPE_CHECKING:
    import httpcore2

    from proofup.delivery.checked_network import CheckedNetwork

TOTAL_TIME = timedelta(seconds=5)
LONGEST_ANSWER = 64 * 1024  # bytes
MOST_CONNECTIONS = 32
IDLE_SECONDS = 30
DEFAULT_PORTS = {"https": 443, "http": 80}

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the addresses of a host (name or literal) for a port, best first; raises OSError."""

# Networks that Python 3.11 wrongly calls global (IANA special-purpose registries): protocol
# assignments, the former 6to4 relays, 6to4 itself, documentation.
NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "3fff::/20")
]
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # NAT64 (RFC 6052): the last 32 bits are IPv4


class UnreachableError(ProofupError):
    """There was no usable answer; ``reason`` holds nothing of the request or the answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ForbiddenTargetError(UnreachableError):
    """The target is not permitted; the operator can allow it in ``outbound_allow``."""


class Answer(Struct, frozen=True):
    """The answer: its status and whole body."""

    status: int
    body: bytes


def check_url(url: str, *, allow: Collection[str]) -> tuple[str, int]:
    """Return host and port of ``url``. Raises ForbiddenTargetError if it is not permitted.

    Hosts in the operator's ``outbound_allow`` may use http and any port; all others only https on
    port 443.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ForbiddenTargetError("the address is not a URL") from error
    if not (url.isascii() and url.isprintable()):
        raise ForbiddenTargetError("the address holds letters that a URL cannot hold")
    if not parts.hostname or parts.scheme not in DEFAULT_PORTS:
        raise ForbiddenTargetError("the address does not begin with https:// and a host")
    if parts.username is not None or parts.fragment:
        raise ForbiddenTargetError("the address holds a user name or a fragment")
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    if not is_allowed(parts.hostname, port, allow) and (
        parts.scheme != "https" or port != DEFAULT_PORTS["https"]
    ):
        raise ForbiddenTargetError("only allowed hosts may be called by http or on another port")
    return parts.hostname, port


def is_allowed(host: str, port: int, allow: Collection[str]) -> bool:
    """Return whether the operator allows ``host``, on every port or on this one."""
    literal = f"[{host}]" if ":" in host else host
    return literal in allow or f"{literal}:{port}" in allow


def is_public(address: Address) -> bool:
    """Return whether ``address`` is public, also in its mapped and translated IPv6 forms."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in TRANSLATED:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in GLOBAL_UNICAST:
            return False
    elif address.is_multicast or address.is_reserved:
        return False
    return address.is_global and not any(address in network for network in NOT_PUBLIC)


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver, in a thread."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class OutboundClient:
    """Posts to other services.

    ``allow`` are the hosts that the operator allows: ``name`` or ``name:port``.
    """

    def __init__(
        self,
        *,
        allow: Collection[str] = (),
        resolve: Resolve = resolve_by_system,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allow = frozenset(host.lower() for host in allow)
        self._resolve = resolve
        self._tls = tls
        self._pool: httpcore2.AsyncConnectionPool | None = None
        self._opened: weakref.WeakSet[asyncio.StreamWriter] = weakref.WeakSet()

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post ``body`` and return the answer, whatever its status. Raises UnreachableError."""
        check_url(url, allow=self._allow)
        if self._pool is None:
            self._pool = self._open_pool()
        async with (
            _in_time(),
            self._pool.stream(
                "POST",
                url,
                headers=[*headers.items(), ("Content-Length", str(len(body)))],
                content=body,
            ) as response,
        ):
            return Answer(response.status, await _read(response))

    async def reach(self, url: str) -> None:
        """Connect as ``post`` would, and send nothing. Raises UnreachableError."""
        host, port = check_url(url, allow=self._allow)
        import httpcore2

        async with _in_time():
            stream = await self._network().connect_tcp(host, port)
            try:
                if urlsplit(url).scheme == "https":
                    tls = self._tls or httpcore2.default_ssl_context()
                    stream = await stream.start_tls(tls, server_hostname=host)
            finally:
                await stream.aclose()

    async def connect(
        self, host: str, port: int, *, tls: bool
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection for another protocol than HTTP; ``close`` ends it.

        Only hosts in ``outbound_allow`` may be called so. Raises UnreachableError.
        """
        if not is_allowed(host, port, self._allow):
            raise ForbiddenTargetError("only allowed hosts may be called on another port")
        context = (self._tls or ssl.create_default_context()) if tls else None
        name = host if tls else None
        reason = "no address"
        for address in await self._addresses(host, port):
            try:
                async with asyncio.timeout(TOTAL_TIME.total_seconds()):
                    reader, writer = await asyncio.open_connection(
                        address, port, ssl=context, server_hostname=name
                    )
            except ssl.SSLCertVerificationError as error:
                raise UnreachableError("the certificate of the host is not trusted") from error
            except (OSError, TimeoutError):
                reason = "the connection failed"
            else:
                self._opened.add(writer)
                return reader, writer
        raise UnreachableError(reason)

    async def close(self) -> None:
        """Close what connections are open."""
        for writer in list(self._opened):
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        if self._pool is not None:
            await self._pool.aclose()

    def _open_pool(self) -> "httpcore2.AsyncConnectionPool":
        import httpcore2  # 35 ms and 6 MB, which a service without a webhook saves

        return httpcore2.AsyncConnectionPool(
            ssl_context=self._tls,
            max_connections=MOST_CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=self._network(),
        )

    def _network(self) -> "CheckedNetwork":
        from proofup.delivery.checked_network import CheckedNetwork

        return CheckedNetwork(self._addresses)

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of ``host`` that may be called, or raise UnreachableError."""
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise UnreachableError("the name of the host does not resolve") from error
        if not is_allowed(host, port, self._allow):
            # A forbidden address among good ones suggests an attack: refuse them all.
            for address in found:
                if not is_public(ipaddress.ip_address(address)):
                    raise ForbiddenTargetError("the host leads to a private address")
        return found


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Limit the time of the block, and raise UnreachableError for every error in it."""
    import httpcore2

    try:
        async with asyncio.timeout(TOTAL_TIME.total_seconds()):
            yield
    except (TimeoutError, httpcore2.TimeoutException) as error:
        raise UnreachableError("no answer in time") from error
    except httpcore2.NetworkError as error:
        if is_untrusted(error):
            raise UnreachableError("the certificate of the host is not trusted") from error
        raise UnreachableError("the connection failed") from error
    except httpcore2.ProtocolError as error:
        raise UnreachableError("the answer is not HTTP") from error


async def _read(response: "httpcore2.Response") -> bytes:
    body = b""
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > LONGEST_ANSWER:
            raise UnreachableError("the answer is too long")
    return body
