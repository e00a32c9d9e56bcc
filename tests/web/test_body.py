"""WE11 and WE12: a body is read up to its bounds, in size and in time."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from proofup.web.body import BoundedBody
from proofup.web.refusals import BodyTooLargeError, BodyTooSlowError

pytestmark = pytest.mark.anyio


async def read(
    chunks: Sequence[bytes], *, length: str | None = None, longest: int = 8, seconds: float = 5
) -> bytes:
    """Return the body of ``chunks``, as a door behind the bounds reads it."""
    left = list(chunks)
    found: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(await Request(scope, receive).body())
        message = await receive()
        assert message["type"] == "http.disconnect"

    async def receive() -> Message:
        if not left:
            return {"type": "http.disconnect"}
        chunk = left.pop(0)
        if chunk == b"never":
            await asyncio.Event().wait()
        return {"type": "http.request", "body": chunk, "more_body": bool(left)}

    async def send(_: Message) -> None:
        raise AssertionError

    headers = [] if length is None else [(b"content-length", length.encode())]
    scope = {"type": "http", "method": "POST", "headers": headers}
    await BoundedBody(app, longest, seconds)(scope, receive, send)
    return found[0]


async def test_a_body_within_its_bounds_is_read_whole() -> None:
    assert await read([b"1234", b"5678"], length="8") == b"12345678"
    assert await read([b""]) == b""


@pytest.mark.parametrize("length", ["9", "abc", "-1", "+5", "1e3", "\u0661", "9" * 5000])
async def test_WE11_a_body_that_says_it_is_too_long_is_not_read(length: str) -> None:
    with pytest.raises(BodyTooLargeError):
        await read([b"never"], length=length)


async def test_WE11_a_body_that_says_nothing_of_its_length_is_counted() -> None:
    with pytest.raises(BodyTooLargeError) as refused:
        await read([b"1234", b"56789", b"never"])
    assert refused.value.longest == 8


async def test_WE12_a_body_that_does_not_come_is_given_up() -> None:
    with pytest.raises(BodyTooSlowError):
        await read([b"1234", b"never"], seconds=0)
