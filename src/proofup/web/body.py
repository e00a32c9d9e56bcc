"""Limits of size and time for reading a request's body (security rows WE11, WE12)."""

import asyncio

from msgspec import Struct
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proofup.web.refusals import BodyTooLargeError, BodyTooSlowError

LONGEST_BODY = 64 * 1024  # bytes
LONGEST_BODY_SECONDS = 30
DIGITS_OF_A_LENGTH = 20


class BoundedBody(Struct, frozen=True):
    """Raises BodyTooLargeError or BodyTooSlowError in the code that reads the body."""

    app: ASGIApp
    longest: int = LONGEST_BODY
    seconds: float = LONGEST_BODY_SECONDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a bounded body. A body that is never read is not checked."""
        read, is_complete = 0, False
        deadline: float | None = None

        async def receive_bounded() -> Message:
            nonlocal read, is_complete, deadline
            if is_complete:
                return await receive()
            if deadline is None:
                if _length(scope) > self.longest:
                    raise BodyTooLargeError(self.longest)
                deadline = asyncio.get_running_loop().time() + self.seconds
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                raise BodyTooSlowError from error
            read += len(message.get("body", b""))
            if read > self.longest:
                raise BodyTooLargeError(self.longest)
            is_complete = not message.get("more_body", False)
            return message

        await self.app(scope, receive_bounded, send)


def _length(scope: Scope) -> float:
    """Return the Content-Length of a request; infinite if it is not a number."""
    said = Headers(scope=scope).get("content-length", "0")
    if not said.isascii() or not said.isdigit() or len(said) > DIGITS_OF_A_LENGTH:
        return float("inf")
    return int(said)
