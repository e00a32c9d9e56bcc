"""Redirect addresses: what may be registered, and which registered one a client means.

A registered address equals the asked one byte for byte. Only a program on the person's own machine,
which gets a free port from its system, may name any port of the loopback (RFC 8252 §7.3).
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from proofup.tokens.application import Redirect, RedirectKind
from proofup.values.errors import ProofupError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST = 2048  # letters
IDENTIFIERS = ("api://", "https://", "urn:")
LONGEST_IDENTIFIER = 255  # letters


class InvalidRedirectError(ProofupError):
    """The address cannot be registered; ``reason`` says why."""

    def __init__(self, uri: str, reason: str) -> None:
        super().__init__(uri, reason)
        self.uri = uri
        self.reason = reason


def checked_redirect(redirect: Redirect) -> Redirect:
    """Return an address that may be registered (security row OI2). Raises InvalidRedirectError."""
    checked_page(redirect.uri)
    return redirect


def checked_page(uri: str) -> str:
    """Return an address of a page: https, or http on this machine. Raises InvalidRedirectError."""
    if not uri.isascii() or not uri.isprintable() or " " in uri or len(uri) > LONGEST:
        raise InvalidRedirectError(uri, "letters")
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidRedirectError(uri, "no address") from error
    if not host or "\\" in uri:
        raise InvalidRedirectError(uri, "no address")
    if parts.scheme != "https" and (parts.scheme != "http" or host not in LOOPBACK):
        raise InvalidRedirectError(uri, "not https")
    if "@" in parts.netloc:
        raise InvalidRedirectError(uri, "user")
    if "#" in uri:
        raise InvalidRedirectError(uri, "fragment")
    if "*" in uri:
        raise InvalidRedirectError(uri, "pattern")
    return uri


def checked_identifier(uri: str) -> str:
    """Return a URI by which clients name an application. Raises InvalidRedirectError."""
    if not uri.startswith(IDENTIFIERS) or not uri.isascii() or not uri.isprintable():
        raise InvalidRedirectError(uri, "no identifier")
    if " " in uri or uri.endswith("/") or len(uri) > LONGEST_IDENTIFIER:
        raise InvalidRedirectError(uri, "no identifier")
    return uri


def registered_as(redirects: Iterable[Redirect], asked: str) -> Redirect | None:
    """Return the registered redirect that ``asked`` is, or None."""
    return next((one for one in redirects if one.uri == asked or _is_free_port(one, asked)), None)


def _is_free_port(registered: Redirect, asked: str) -> bool:
    """Tell whether the two differ in the port alone, on the loopback."""
    if registered.kind is not RedirectKind.NATIVE:
        return False
    try:
        wanted, got = urlsplit(registered.uri), urlsplit(asked)
        got_port = got.port
    except ValueError:
        return False
    if wanted.scheme != "http" or wanted.hostname not in LOOPBACK:
        return False
    authority = wanted.netloc.removesuffix(f":{wanted.port}")
    named = authority if got_port is None else f"{authority}:{got_port}"
    # Compared as a whole, so that nothing else can differ; "" and "/" are one path.
    return _text(asked) == _text(registered.uri.replace(wanted.netloc, named, 1))


def _text(uri: str) -> str:
    return f"{uri}/" if uri.count("/") == 2 else uri  # noqa: PLR2004 - those of the scheme
