"""Drill D15: TERM in the middle of many sign-ins (PROOFUP_DRILL_PEOPLE)."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from drills.running import PASSWORD, PEOPLE, Running, name_of, phone_of, running
from proofup.hashing.lane import QUEUED_PER_THREAD
from visitor import Page

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
GRACE_SECONDS = 20
HELD = 10  # silent connections, and as many with half a request
FORM = b"content-type: application/x-www-form-urlencoded\r\ncontent-length: 90\r\n\r\nuser"


class CutOffError(Exception):
    """No answer came: the connection was refused, or ended before one."""


class Person:
    """A person who signs in step by step, and continues after a lost connection.

    ``at_once`` lets as many send their passwords as can be hashed; others would get a 503.
    """

    def __init__(self, service: Running, number: int, at_once: asyncio.Semaphore) -> None:
        self._service = service
        self._number = number
        self._at_once = at_once
        self._visitor = service.visitor(number)
        self._code = ""

    async def sign_in(self) -> None:
        page = await self._answered(self._visitor.open(self._visitor.page.path or "/signin"))
        while page.path != "/myapps":
            field, typed = await self._typed(page)
            form = page.form(page.path)
            async with self._at_once:
                post = self._visitor.post(page.path, form.fields | {field: typed})
                page = await self._answered(post)

    async def _typed(self, page: Page) -> tuple[str, str]:
        if page.path == "/signin":
            return "username", name_of(self._number)
        if page.path == "/signin/password":
            return "password", PASSWORD
        assert page.path == "/signin/challenge", (page.path, page.text)
        if not self._code:
            to = phone_of(self._number)
            self._code = await asyncio.to_thread(self._service.carrier.code_to, to)
        return "code", self._code

    async def _answered(self, asked: Awaitable[Page]) -> Page:
        try:
            page = await asked
        except httpx2.TransportError as error:
            raise CutOffError from error
        assert page.status == 200, page.text
        return page


@pytest.fixture
async def service(service_folder: Path) -> AsyncIterator[Running]:
    with running(service_folder) as made:
        made.start()
        yield made
        await made.leave()


async def test_D15_whoever_signs_in_while_it_stops_is_answered_or_goes_on_afterwards(
    service: Running,
) -> None:
    at_once = asyncio.Semaphore(QUEUED_PER_THREAD)
    people = [Person(service, number, at_once) for number in range(PEOPLE)]
    with ExitStack() as held:
        host = f"host: localhost:{service.port}\r\nsec-fetch-site: same-origin\r\n".encode()
        for half in (b"", b"GET /sig", b"POST /signin HTTP/1.1\r\n" + host + FORM) * HELD:
            connection = held.enter_context(socket.create_connection(("127.0.0.1", service.port)))
            connection.sendall(half)
        under_way = [asyncio.create_task(person.sign_in()) for person in people]
        await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        begun = time.monotonic()
        assert await asyncio.to_thread(service.stop) == 0
        took = time.monotonic() - begun
        ends = await asyncio.gather(*under_way, return_exceptions=True)
    wrong = [end for end in ends if end and not isinstance(end, CutOffError)]
    assert not wrong, wrong
    done = ends.count(None)
    cut = [person for person, end in zip(people, ends, strict=True) if end is not None]
    service.start()
    await asyncio.gather(*(person.sign_in() for person in cut))
    assert service.stop() == 0
    sys.stderr.write(f"\n{done} were signed in, {len(cut)} after the restart; {took:.1f} s\n")
    assert cut
    assert took < GRACE_SECONDS
    assert not [line for line in service.log() if line["level"] == "error"]
