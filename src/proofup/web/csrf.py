"""A form counts only if our own page sent it (security.md 4.5, WE7).

Two checks, each enough by itself: the browser says that the request comes from our origin, and
the form carries a token that only a page made for this browser, this session and this address
can have. The cookies' SameSite is the third.
"""

import base64
import hmac
from collections.abc import Awaitable, Callable

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from proofup.values.errors import ProofupError
from proofup.web.public_url import PublicUrl
from proofup.web.request_context import RequestContext

FIELD = "form_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OUR_SITES = frozenset({b"same-origin", b"none"})


class StaleFormError(ProofupError):
    """The form was made for another session, or long ago, or by somebody else."""


def form_token(context: RequestContext, action: str) -> str:
    """Return the token of a form that posts to the path ``action``."""
    # A session begins and ends within one browser; a form of before is worth nothing after.
    secret = f"{context.browser_secret}.{context.session_token or ''}"
    digest = hmac.digest(secret.encode(), f"form:{action}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def require_form_token(context: RequestContext, action: str, token: str | None) -> None:
    """Raise StaleFormError unless ``token`` is the one of a form that posts to ``action``."""
    expected = form_token(context, action)
    if token is None or not hmac.compare_digest(expected.encode(), token.encode()):
        raise StaleFormError


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
    refuse: Callable[[Request], Awaitable[Response]]
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
        response = await self.refuse(Request(scope))
        await response(scope, receive, send)
