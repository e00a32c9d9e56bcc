"""The entrance: finds the door for a request, and puts the common guards before it.

From the outside in: headers and ids, the log, answers to errors, host check, origin check, bounded
body. All of them answer in the dialect of the door.
"""

import re
from collections.abc import Sequence

from msgspec import Struct
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from proofup.values.clock import Clock
from proofup.values.ids import Entropy
from proofup.web.answers import Answers
from proofup.web.body import BoundedBody
from proofup.web.client import Network
from proofup.web.headers import Headers
from proofup.web.hosts import RightHost
from proofup.web.mount import Mount, Routed
from proofup.web.origin import SameOrigin
from proofup.web.public_url import PublicUrl
from proofup.web.request_log import NoteRequest, RequestLog

NO_DOOR = Router()  # for lifespan and WebSocket scopes, which are no HTTP requests


class Entrance(Struct, frozen=True):
    """Passes each request to the first door whose pattern matches, or with the longest path."""

    mounts: Sequence[Mount]
    patterns: Sequence[tuple[re.Pattern[str], ASGIApp]]
    doors: Sequence[tuple[str, ASGIApp]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        door = self._door(scope["path"]) if scope["type"] == "http" else NO_DOOR
        await door(scope, receive, send)

    def _door(self, path: str) -> ASGIApp:
        for pattern, door in self.patterns:
            if pattern.match(path):
                return door
        below = f"{path}/"
        return next(door for prefix, door in self.doors if below.startswith(prefix))


def entrance(
    mounts: Sequence[Mount],
    *,
    public_url: PublicUrl,
    clock: Clock,
    entropy: Entropy,
    trusted_proxies: Sequence[Network] = (),
    note_request: NoteRequest | None = None,
) -> Entrance:
    """Return all doors, with the guards before them.

    ``note_request`` is called for each request that ended. One of ``mounts`` must have "/".
    """
    doors: dict[str, ASGIApp] = {}
    patterns: list[tuple[re.Pattern[str], ASGIApp]] = []
    for mount in mounts:
        guarded = _guarded(mount, public_url, note_request)
        door = Headers(guarded, public_url, mount.dialect, clock, entropy, tuple(trusted_proxies))
        if mount.pattern is not None:
            patterns.append((re.compile(mount.pattern), door))
        for path in mount.paths:
            prefix = "" if path == "/" else f"{path}/"
            if prefix in doors:
                message = f"two doors want {path}"
                raise ValueError(message)
            doors[prefix] = door
    if "" not in doors:
        raise ValueError("no door takes what the others do not have")
    longest_first = sorted(doors.items(), key=lambda found: -len(found[0]))
    return Entrance(tuple(mounts), patterns, longest_first)


def _guarded(mount: Mount, public_url: PublicUrl, note_request: NoteRequest | None) -> ASGIApp:
    app: ASGIApp = BoundedBody(Routed.of(mount.routes), mount.longest_body)
    if not mount.for_programs:
        app = SameOrigin(app, public_url)
    if not mount.any_host:
        app = RightHost(app, public_url)
    return RequestLog(Answers(app, mount.dialect), note_request, is_quiet=mount.is_quiet)
