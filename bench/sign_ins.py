"""A whole sign-in through the doors: name, password, code, session, all but the password's hash."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Self
from unittest.mock import patch

from bench.crowd import people
from bench.engines import opened
from bench.measuring import PARTS, Cost, Watch, best, calibrated
from bench.report import Figure, Report
from bench.service import Browser, Phones, address_of, settings
from proofup import app as root
from proofup.delivery.sender import Sender
from proofup.directory.passwords import SetPassword
from proofup.directory.users import Person
from proofup.hashing.cost import Cost as HashCost
from proofup.hashing.pool import Argon2idPool
from proofup.methods.phone import number_of
from proofup.storage.store import Store
from proofup.values.secret import Secret

PASSWORD = "a long walk by the sea"  # noqa: S105 - nobody's
CHEAP = HashCost(memory_kib=8, passes=1)
AT_ONCE = 16
FIRST = 4_000_000  # nobody of the crowd has such a number
BAR = 4e-3
GRACE = timedelta(seconds=5)


async def sign_ins(report: Report, engine: str, url: str, *, acts: int) -> None:
    """Measure sign-ins, one after another and some at once, with the sender beside them."""
    each = acts // PARTS
    async with opened(url) as store, _Service(store) as service:
        await service.sign_in_all(range(10), at_once=1)
        costs: dict[int, list[Cost]] = {1: [], AT_ONCE: []}
        first = 10
        for _ in range(PARTS):
            for at_once, found in costs.items():
                found.append(await service.sign_in_all(range(first, first + each), at_once=at_once))
                first += each
    report.loops.append(calibrated())
    report.figures += [
        Figure(
            what=f"a whole sign-in by text but for the hash, {at_once} at once, {engine}",
            cost=best(found),
            at_most=BAR,
        )
        for at_once, found in costs.items()
    ]


class _Service:
    """The service with its sender, phones that get its texts, and people with cheap hashes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._phones = Phones()
        self._hashing = Argon2idPool(store.keys, entropy=os.urandom, cost=CHEAP)
        with patch.object(root, "_cost", lambda _: CHEAP):
            self._service = root.build(settings(), store, clock=_now, entropy=os.urandom)
        self._sender = Sender(
            outbox=store.outbox, texts={"phones": self._phones}, calls={}, mails=None, clock=_now
        )

    async def __aenter__(self) -> Self:
        self._sender.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._sender.stop(GRACE)
        await self._service.close()
        self._hashing.close()

    async def sign_in_all(self, numbers: range, *, at_once: int) -> Cost:
        """Let each of ``numbers`` sign in, so many at once, and return what one costs."""
        somebody = iter([(number, await self._person(number)) for number in numbers])

        async def one_by_one() -> None:
            for number, person in somebody:
                await self._sign_in(number, person)

        watch = Watch()
        with watch:
            await asyncio.gather(*(one_by_one() for _ in range(at_once)))
        return watch.cost(len(numbers))

    async def _person(self, number: int) -> Person:
        (person,) = await people(self._store, range(FIRST + number, FIRST + number + 1))
        credential = await self._hashing.hash(person.user.id, Secret(PASSWORD), at=_now())
        await self._store.commit(SetPassword(credential=credential))
        return person

    async def _sign_in(self, number: int, person: Person) -> None:
        held = await self._store.methods.of_user(person.user.id)
        browser = Browser(self._service.app, address_of(number))
        await browser.open("/signin")
        await browser.send("/signin", username=person.user.user_principal_name)
        await browser.send("/signin/password", password=PASSWORD)
        code = await self._phones.code(number_of(held[0]))
        await browser.send("/signin/challenge", code=code)
        assert browser.path == "/security-info", browser.page


def _now() -> datetime:
    return datetime.now(UTC)
