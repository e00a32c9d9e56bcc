"""Measures sign-ins with the real hash at full load, and how long other requests wait."""

import asyncio
import statistics
import time
from datetime import UTC, datetime

from bench.challenges import context_of, room_of
from bench.crowd import TEXTED, people, text_option
from bench.engines import opened
from bench.measuring import PARTS, Cost, Watch, mean
from bench.report import Figure, Ratio, Report
from bench.signing_in import PASSWORD, SigningIn
from proofup.challenges.start import start
from proofup.hashing.cost import PRODUCT
from proofup.hashing.pool import usable_cores
from proofup.storage.store import Store
from proofup.values.secret import Secret

AT_ONCE = 16  # fewer than the pool refuses, on two or more cores
FIRST = 50_000  # above the numbers of the other sign-ins
PAUSE_SECONDS = 0.01  # between two challenges, so that they are not the load themselves
RATE_BAR, WAIT_BAR = 0.80, 5.0


async def full_load(report: Report, engine: str, url: str, *, acts: int, idle: int) -> None:
    """Measure hashes, sign-ins with hashes, and text challenges on an idle and a busy machine.

    ``idle`` is how many challenges are started on the idle machine.
    """
    async with opened(url) as store, SigningIn(store, PRODUCT) as signing_in:
        hashes, sign_ins = await _by_turns(signing_in, acts)
        others = range(FIRST + acts, FIRST + 2 * acts)
        texts = Texts(store)
        alone = [await texts.ask() for _ in range(idle)]
        under_way = asyncio.create_task(signing_in.sign_in_all(others, at_once=AT_ONCE))
        busy = [await texts.ask(), await texts.ask()]
        while not under_way.done():
            busy.append(await texts.ask())
            await asyncio.sleep(PAUSE_SECONDS)
        await under_way
    cores = usable_cores()
    report.ratios += [
        Ratio(
            what=f"sign-ins a second over hashes alone, {cores} cores, {engine}",
            value=hashes.wall / sign_ins.wall,
            at_least=RATE_BAR,
        ),
        Ratio(
            what=f"p99 of starting a text challenge, under full sign-ins over idle, {engine}",
            value=p99(busy) / p99(alone),
            at_most=WAIT_BAR,
        ),
    ]
    report.figures += [
        Figure(what=f"a hash of a password, {AT_ONCE} at once, {engine}", cost=hashes),
        Figure(what=f"a whole sign-in with it, {AT_ONCE} at once, {engine}", cost=sign_ins),
    ]


async def _by_turns(signing_in: SigningIn, acts: int) -> tuple[Cost, Cost]:
    """Return the costs of a hash and of a sign-in; in turns, because the speed varies."""
    each = acts // PARTS
    hashes, sign_ins = [], []
    for first in range(FIRST, FIRST + PARTS * each, each):
        hashes.append(await _hashes(signing_in, each))
        numbers = range(first, first + each)
        sign_ins.append(await signing_in.sign_in_all(numbers, at_once=AT_ONCE))
    return mean(hashes), mean(sign_ins)


async def _hashes(signing_in: SigningIn, many: int) -> Cost:
    """Return the cost of checking a password without other load."""
    credential, coming, watch = await signing_in.credential(), iter(range(many)), Watch()

    async def one_by_one() -> None:
        for _ in coming:
            assert await signing_in.hashing.verify(Secret(PASSWORD), credential)

    with watch:
        await asyncio.gather(*(one_by_one() for _ in range(AT_ONCE)))
    return watch.cost(many)


class Texts:
    """Text challenges, each for a new user."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._room = room_of(store)
        self._number = TEXTED

    async def ask(self) -> float:
        """Start a challenge, and return how many seconds that took."""
        self._number += 1
        (person,) = await people(self._store, range(self._number, self._number + 1))
        option = text_option(await self._room.methods.of_user(person.user.id))
        context, begun = context_of(person, self._number), time.perf_counter()
        await start(self._room, context, option, at=datetime.now(UTC))
        return time.perf_counter() - begun


def p99(seconds: list[float]) -> float:
    """Return what 99 of 100 do not exceed."""
    return statistics.quantiles(seconds, n=100)[98]
