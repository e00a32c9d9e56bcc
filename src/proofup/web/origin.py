"""Requests that could change something count only if a page of ours sent them (security.md WE7)."""

from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from proofup.web.public_url import PublicUrl
from proofup.web.refusals import ForeignOriginError

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
    """Refuses whatever could change something and was not sent by a page of ours."""

    app: ASGIApp
    public_url: PublicUrl

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or raise ForeignOriginError."""
        if scope["method"] not in SAFE_METHODS and not is_same_origin(scope, self.public_url):
            raise ForeignOriginError
        await self.app(scope, receive, send)
