"""A log line for each request that ends: route, status, and duration.

The line never holds the address, which may contain a token, or a name. Its ids connect it with the
person's page and the audit log.
"""

import logging
import time
from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proofup.web.request_context import context_of

log = logging.getLogger(__name__)

NoteRequest: TypeAlias = Callable[[str, str, int, float], None]
"""Is told of each request its method, its route, its status, and the seconds it took."""

NO_ANSWER = 0  # the client left before the answer


class RequestLog(Struct, frozen=True):
    """Reports the end of each request to the log and to ``note``.

    ``seconds`` is a monotonic clock. ``is_quiet``: these requests are so frequent that they are
    logged at DEBUG.
    """

    app: ASGIApp
    note: NoteRequest | None = None
    is_quiet: bool = False
    seconds: Callable[[], float] = time.perf_counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, then log how it ended."""
        began, status = self.seconds(), NO_ANSWER

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        finally:
            self._say(scope, status, self.seconds() - began)

    def _say(self, scope: Scope, status: int, took: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        if self.note is not None:
            self.note(scope["method"], route, status, took)
        level = logging.DEBUG if self.is_quiet else logging.INFO
        if not log.isEnabledFor(level):
            return
        context = context_of(scope)
        log.log(
            level,
            "request ended",
            extra={
                "route": f"{scope['method']} {route}",
                "status": status,
                "milliseconds": round(took * 1000, 1),
                "correlation_id": context.correlation_id,
                "request_id": context.request_id,
            },
        )
