"""A line of the log for each request that ends: which route, how it ended, how long it took.

Never the address, which may carry a token, and nobody's name. The ids tie the line to what the
person saw and to the audit log.
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

NO_ANSWER = 0  # whoever asked had gone


class RequestLog(Struct, frozen=True):
    """Says of each request how it ended, to the log and to ``note``.

    ``seconds`` is a clock that never goes back. ``is_quiet``: these requests come all the time.
    """

    app: ASGIApp
    note: NoteRequest | None = None
    is_quiet: bool = False
    seconds: Callable[[], float] = time.perf_counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, then say how it went."""
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
