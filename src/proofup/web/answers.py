"""The one place that turns errors into answers: by the table of the door, or as a bug.

A bug is logged under the ids of its request.
"""

import logging

from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proofup.web.dialect import Dialect, answer_to
from proofup.web.request_context import context_of

log = logging.getLogger(__name__)


class Answers(Struct, frozen=True):
    """Answers every error that ``app`` raises."""

    app: ASGIApp
    dialect: Dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer an error unless the answer has started."""
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        except ClientDisconnect:
            return  # the client has gone
        except Exception as error:
            known = answer_to(self.dialect.table, type(error))
            if known is None or begun:
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
                request = Request(scope)
                response = await (known(request, error) if known else self._fault(request, error))
                await response(scope, receive, send)

    async def _fault(self, request: Request, error: Exception) -> Response:
        try:
            return await self.dialect.table[Exception](request, error)
        except Exception:
            log.exception("the answer to a fault failed too")
            return PlainTextResponse("Something went wrong on our side.", status_code=500)
