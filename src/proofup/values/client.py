"""Where a request comes from, as far as limits and records need it."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

LONGEST_AGENT = 256  # letters kept of a User-Agent


class Client(Struct, frozen=True, kw_only=True):
    """The address and the browser of a request; ``agent`` is what it says of itself.

    ``proxy`` is the address of a proxy that is not named in the settings, where the request came
    through one: then ``address`` is that of the proxy as well.
    """

    address: str
    agent: str = ""
    proxy: str = ""

    @property
    def network(self) -> str:
        """The /24 (IPv4) or /48 (IPv6) of the address: what limits are counted for."""
        return _network(self.address)

    @property
    def browser(self) -> str:
        """The name of the browser as far as ``agent`` can be believed, or ``""``."""
        return _named(_BROWSERS, self.agent)

    @property
    def system(self) -> str:
        """The name of the system it runs on, likewise."""
        return _named(_SYSTEMS, self.agent)


@lru_cache(maxsize=1024)  # each limit of a request asks for it
def _network(text: str) -> str:
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 48), strict=False))
    three, _, _ = str(address).rpartition(".")
    return f"{three}.0/24"


def _named(marks: Sequence[tuple[str, str]], agent: str) -> str:
    return next((name for mark, name in marks if mark in agent), "")


# The first mark that is found counts: later ones stand in the agents of earlier ones too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
