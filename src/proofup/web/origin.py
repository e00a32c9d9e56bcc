"""Requests that could change something must come from our own pages (security row WE7)."""

from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from proofup.web.public_url import PublicUrl
from proofup.web.refusals import ForeignOriginError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OUR_SITES = frozenset({b"same-origin", b"none"})
UNTOLD = b"null"


def may_be_ours(scope: Scope, public_url: PublicUrl) -> bool:
    """Tell whether a page of ours may have sent this, by what the browser says.

    Browsers since 2023 send Sec-Fetch-Site, which no script can set; if present, it decides. Older
    browsers send Origin. Our pages ask for no referrer, so these browsers write ``null`` there even
    for our own forms (Fetch, "append a request Origin header"). A page elsewhere can make them
    write the same: then the token in the form decides alone, see ``pages.csrf``.
    """
    headers = dict(scope["headers"])
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in OUR_SITES
    return headers.get(b"origin") in {public_url.origin.encode(), UNTOLD}


class SameOrigin(Struct, frozen=True):
    """Refuses whatever could change something and cannot have come from a page of ours."""

    app: ASGIApp
    public_url: PublicUrl

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or raise ForeignOriginError."""
        if scope["method"] not in SAFE_METHODS and not may_be_ours(scope, self.public_url):
            raise ForeignOriginError
        await self.app(scope, receive, send)
