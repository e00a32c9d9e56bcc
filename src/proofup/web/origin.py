"""Requests that could change something count only if a page of ours sent them (security.md WE7)."""

from msgspec import Struct
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from proofup.web.dialect import Dialect
from proofup.web.public_url import PublicUrl

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OUR_SITES = frozenset({b"same-origin", b"none"})


def is_same_origin(scope: Scope, public_url: PublicUrl) -> bool:
    """Tell whether the browser says that a page of ours sent this.

    Browsers since 2023 send Sec-Fetch-Site, which no script can set; where it is, it decides.
    Older ones send Origin.
    """
    headers = dict(scope["headers"])
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in OUR_SITES
    return bool(headers.get(b"origin") == public_url.origin.encode())


class SameOrigin(Struct, frozen=True):
    """Refuses whatever could change something and was not sent by a page of ours.

    ``machine_paths`` are the beginnings of paths that programs call, which carry their own
    proof and no cookie counts for.
    """

    app: ASGIApp
    public_url: PublicUrl
    dialect: Dialect
    machine_paths: tuple[str, ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with a refusal."""
        if (
            scope["type"] != "http"
            or scope["method"] in SAFE_METHODS
            or scope["path"].startswith(self.machine_paths)
            or is_same_origin(scope, self.public_url)
        ):
            await self.app(scope, receive, send)
            return
        response = await self.dialect.refuse_stranger(Request(scope))
        await response(scope, receive, send)
