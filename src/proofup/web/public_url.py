"""The one address under which people reach the service; cookies and headers depend on it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """A scheme and a host with its port. There is no path: the service owns the whole origin."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> "PublicUrl":
        """Return the address written as ``text``, such as ``https://id.contoso.test``.

        Raises ValueError unless it is an https origin or an http origin of this machine: sessions
        must not cross a network unencrypted.
        """
        parts = urlsplit(text.strip())
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            message = f"the public URL must look like https://id.example.org, not {text!r}"
            raise ValueError(message)
        extra = parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc
        if extra:
            message = f"the public URL is a scheme, a host and a port, nothing else: {text!r}"
            raise ValueError(message)
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            message = f"the public URL must be https, except for localhost: {text!r}"
            raise ValueError(message)
        return cls(parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme])

    @property
    def is_secure(self) -> bool:
        """Whether browsers use TLS."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """The Host header that a browser sends: without the default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The Origin header a browser sends (RFC 6454 §6.2)."""
        return f"{self.scheme}://{self.authority}"
