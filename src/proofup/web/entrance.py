"""The way in: what each request passes before any door, put together in one place.

From the outside: headers and ids, the log, the last resort for faults, right host, right origin.
"""

from collections.abc import Sequence

from msgspec import Struct
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from proofup.values.clock import Clock
from proofup.values.ids import Entropy
from proofup.web.client import Network, asks_for
from proofup.web.dialect import Dialect
from proofup.web.headers import Headers
from proofup.web.last_resort import LastResort
from proofup.web.origin import SameOrigin
from proofup.web.public_url import PublicUrl
from proofup.web.request_log import NoteRequest, RequestLog


class RightHost(Struct, frozen=True):
    """Answers only those who ask for the host of the public URL.

    ``anywhere`` are the paths for those who must ask by another name, such as a load balancer
    that looks whether the service is alive.
    """

    app: ASGIApp
    public_url: PublicUrl
    dialect: Dialect
    anywhere: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with a refusal: 400 for no host, 421 for another."""
        if scope["type"] != "http" or scope["path"] in self.anywhere:
            await self.app(scope, receive, send)
            return
        is_ours = asks_for(scope, self.public_url)
        if is_ours:
            await self.app(scope, receive, send)
            return
        status = 400 if is_ours is None else 421
        response = await self.dialect.refuse_host(Request(scope), status, self.public_url.origin)
        await response(scope, receive, send)


def entrance(
    app: ASGIApp,
    *,
    dialect: Dialect,
    public_url: PublicUrl,
    clock: Clock,
    entropy: Entropy,
    trusted_proxies: Sequence[Network] = (),
    machine_paths: tuple[str, ...] = (),
    any_host_paths: frozenset[str] = frozenset(),
    note_request: NoteRequest | None = None,
) -> ASGIApp:
    """Return ``app`` behind everything that guards it.

    ``machine_paths`` are the beginnings of paths that programs post to (a carrier's report);
    ``any_host_paths`` may be asked for by any host name (health). ``note_request`` is told of each
    request that ended.
    """
    same_origin = SameOrigin(app, public_url, dialect, machine_paths)
    right_host = RightHost(same_origin, public_url, dialect, any_host_paths)
    last_resort = RequestLog(LastResort(right_host, dialect), note_request)
    return Headers(last_resort, public_url, dialect, clock, entropy, tuple(trusted_proxies))
