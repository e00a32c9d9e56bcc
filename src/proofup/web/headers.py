"""What every answer carries, whoever gives it: errors, redirects and static files too (WE6).

Outermost of all, so that nothing goes out without it. It also draws what belongs to one request:
its ids, the instant, the nonce of its policy.
"""

import base64
from collections.abc import Sequence
from io import BytesIO

from msgspec import Struct
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proofup.values.clock import Clock
from proofup.values.ids import CorrelationId, Entropy, random_id, random_token
from proofup.values.words import Languages
from proofup.web import language
from proofup.web.client import Network, client_of
from proofup.web.cookies import Cookie, Cookies
from proofup.web.public_url import PublicUrl
from proofup.web.request_context import KEY, RequestContext

NONCE_BYTES = 16  # 128 bits, for each answer its own
ID_BYTES = 16
NO_PAGE_POLICY = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types htmx"
)
PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), "
    "clipboard-write=(self), publickey-credentials-create=(self), publickey-credentials-get=(self)"
)
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", PERMISSIONS.encode()),
)
TWO_YEARS = b"max-age=63072000; includeSubDomains"


class Headers(Struct, frozen=True):
    """makes the request context, and completes the head of each answer."""

    app: ASGIApp
    public_url: PublicUrl
    cookies: Cookies
    clock: Clock
    entropy: Entropy
    languages: Languages
    trusted_proxies: Sequence[Network] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the request context into the scope and the headers onto the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        context = self._context(scope)
        scope[KEY] = context

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._complete(message.get("headers", ()), context)
            await send(message)

        await self.app(scope, receive, send_completed)

    def _context(self, scope: Scope) -> RequestContext:
        request = HTTPConnection(scope)
        browser = self.cookies.read(request, Cookie.BROWSER)
        asked_language = language.asked_for(scope)
        kept_language = self.cookies.read(request, Cookie.LANGUAGE)
        # Drawn at once: a call of the system costs more than all that is made of what it gives.
        entropy = BytesIO(self.entropy(2 * ID_BYTES + NONCE_BYTES)).read
        return RequestContext(
            at=self.clock(),
            request_id=random_id(entropy),
            correlation_id=CorrelationId(random_id(entropy)),
            nonce=base64.urlsafe_b64encode(entropy(NONCE_BYTES)).rstrip(b"=").decode(),
            client=client_of(scope, self.trusted_proxies),
            language=self.languages.nearest(
                asked_language, kept_language, language.of_browser(scope)
            ),
            asked_language=asked_language,
            session_token=self.cookies.read(request, Cookie.SESSION),
            transaction_token=self.cookies.read(request, Cookie.TRANSACTION),
            browser_secret=browser or random_token(self.entropy),
            browser_is_new=browser is None,
        )

    def _complete(
        self, given: Sequence[tuple[bytes, bytes]], context: RequestContext
    ) -> list[tuple[bytes, bytes]]:
        headers = [(name.lower(), value) for name, value in given]
        headers = [(name, value) for name, value in headers if name != b"server"]
        known = dict(headers)
        is_page = known.get(b"content-type", b"").startswith(b"text/html")
        headers += ALWAYS
        headers.append((b"x-request-id", context.request_id.encode()))
        if self.public_url.is_secure:
            headers.append((b"strict-transport-security", TWO_YEARS))
        if b"content-security-policy" not in known:
            policy = PAGE_POLICY.format(nonce=context.nonce).encode() if is_page else NO_PAGE_POLICY
            headers.append((b"content-security-policy", policy))
        if b"cache-control" not in known:
            headers.append((b"cache-control", b"no-store"))
        if b"vary" not in known:
            headers.append((b"vary", b"Cookie, Accept-Language" if is_page else b"Cookie"))
        if is_page:
            headers.append((b"content-language", context.language.encode()))
            if context.asked_language is not None:
                kept = self.cookies.header(Cookie.LANGUAGE, context.asked_language)
                headers.append((b"set-cookie", kept.encode()))
        if is_page and context.browser_is_new:
            cookie = self.cookies.header(Cookie.BROWSER, context.browser_secret)
            headers.append((b"set-cookie", cookie.encode()))
        return headers
