"""The headers of every answer: also of errors, redirects and static files (security row WE6).

The outermost layer, so no answer lacks these headers. It also creates the request context: ids,
instant, and the nonce of the Content-Security-Policy.
"""

import base64
from collections.abc import Sequence
from io import BytesIO

from msgspec import Struct
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proofup.values.clock import Clock
from proofup.values.ids import CorrelationId, Entropy, random_id
from proofup.web.client import Network, client_of
from proofup.web.dialect import Dialect
from proofup.web.public_url import PublicUrl
from proofup.web.request_context import KEY, RequestContext, context_of

NONCE_BYTES = 16  # 128 bits, new for each answer
ID_BYTES = 16
NO_PAGE_POLICY = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
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
UNLESS_GIVEN = (
    (b"content-security-policy", NO_PAGE_POLICY),
    (b"cache-control", b"no-store"),
)
TWO_YEARS = b"max-age=63072000; includeSubDomains"


class Headers(Struct, frozen=True):
    """Makes the request context, and completes the head of each answer."""

    app: ASGIApp
    public_url: PublicUrl
    dialect: Dialect
    clock: Clock
    entropy: Entropy
    trusted_proxies: Sequence[Network] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the request context into the scope and the headers onto the answer."""
        scope[KEY] = self.dialect.known(scope, self._context(scope))

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._complete(message.get("headers", ()), scope)
            await send(message)

        await self.app(scope, receive, send_completed)

    def _context(self, scope: Scope) -> RequestContext:
        # One call for all random bytes: the system call costs more than everything else here.
        entropy = BytesIO(self.entropy(2 * ID_BYTES + NONCE_BYTES)).read
        return RequestContext(
            at=self.clock(),
            request_id=random_id(entropy),
            correlation_id=CorrelationId(random_id(entropy)),
            nonce=base64.urlsafe_b64encode(entropy(NONCE_BYTES)).rstrip(b"=").decode(),
            client=client_of(scope, self.trusted_proxies),
        )

    def _complete(
        self, given: Sequence[tuple[bytes, bytes]], scope: Scope
    ) -> list[tuple[bytes, bytes]]:
        headers = [(name.lower(), value) for name, value in given]
        headers = [(name, value) for name, value in headers if name != b"server"]
        known = {name for name, _ in headers}
        headers += ALWAYS
        headers.append((b"x-request-id", context_of(scope).request_id.encode()))
        if self.public_url.is_secure:
            headers.append((b"strict-transport-security", TWO_YEARS))
        content_type = dict(headers).get(b"content-type", b"")
        for name, value in self.dialect.headers(scope, content_type):
            if name not in known or name == b"set-cookie":
                headers.append((name, value))
        known = {name for name, _ in headers}
        headers += [(name, value) for name, value in UNLESS_GIVEN if name not in known]
        return headers
