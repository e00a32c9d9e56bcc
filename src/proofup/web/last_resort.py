"""The last resort: what nothing else caught is logged under its ids, and answered as a fault."""

import logging

from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proofup.web.dialect import Dialect
from proofup.web.request_context import context_of

log = logging.getLogger(__name__)


class LastResort(Struct, frozen=True):
    """Catches what nothing else caught, logs it, and answers if nobody has begun to."""

    app: ASGIApp
    dialect: Dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; no error leaves here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        except ClientDisconnect:
            return  # whoever asked is gone; there is nobody to tell
        except Exception as error:
            context = context_of(scope)
            log.exception(
                "a request failed",
                extra={
                    "correlation_id": context.correlation_id,
                    "request_id": context.request_id,
                    "method": scope["method"],
                },
            )
            if not begun:
                response = await self._answer(Request(scope), error)
                await response(scope, receive, send)

    async def _answer(self, request: Request, error: Exception) -> Response:
        try:
            return await self.dialect.fault(request, error)
        except Exception:
            log.exception("the answer to a fault failed too")
            return PlainTextResponse("Something went wrong on our side.", status_code=500)
