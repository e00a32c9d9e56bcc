"""Addresses in settings: where to listen, which proxies to trust, which database to open."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from proofup.web.public_url import PublicUrl

HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Listen:
    """An address and a port of this machine; port 0 takes a free one."""

    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> "Listen":
        """Parse ``host:port`` or ``[v6]:port``. Raises ValueError."""
        host, colon, port = text.rpartition(":")
        bare = host.removeprefix("[").removesuffix("]")
        if not colon or not HOST.fullmatch(bare) or (":" in bare and not host.startswith("[")):
            raise ValueError("is no address with a port.")
        if not (port.isascii() and port.isdigit() and int(port[:9]) <= HIGHEST_PORT):
            raise ValueError("has a port that is no number from 0 to 65535.")
        return cls(bare, int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def public_url(text: str) -> PublicUrl:
    """Return the public URL in ``text``. Raises ValueError."""
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise ValueError("has spaces in it.")
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not HOST.fullmatch(parts.hostname or ""):
        raise ValueError("is no web address.")
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError("has a port that is no number from 1 to 65535.") from error
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError("has a port that is no number from 1 to 65535.")
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("has more to it than scheme, host and port.")
    try:
        return PublicUrl.of(text)
    except ValueError as error:
        raise ValueError("is http on a host that is not this machine.") from error


def network(text: str) -> IPv4Network | IPv6Network:
    """Return the network of a proxy. Raises ValueError."""
    try:
        found = ip_network(text)
    except ValueError as error:
        raise ValueError("is no IP address or network.") from error
    if found.prefixlen == 0:
        raise ValueError("would believe everybody who says to be a proxy.")
    return found


def database_url(text: str) -> str:
    """Return ``text`` if it is a supported database address. Raises ValueError."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in {"sqlite", "postgresql"} or not rest.strip("/"):
        raise ValueError("names no database.")
    if scheme == "sqlite" and not rest.startswith("/"):
        raise ValueError("has no path behind the two slashes.")
    return text
