"""Measures durable writes: by one caller, and by many at once."""

import asyncio
from datetime import timedelta
from itertools import count

from bench.crowd import START, WRITTEN, people
from bench.engines import opened
from bench.measuring import PARTS, Cost, Watch, best, calibrated
from bench.report import Figure, Ratio, Report, Size
from proofup.audit.entry import Entry
from proofup.audit.events.methods import DefaultMethodChanged
from proofup.directory.users import Person, SetDefaultWay
from proofup.storage.store import Store
from proofup.values.ids import CorrelationId
from proofup.values.ways import Way

CALLERS = 64
BARS = {"SQLite": 6.0, "PostgreSQL": 2.0}


async def writes(report: Report, engine: str, url: str, *, acts: int) -> None:
    """Measure a small audited change by one caller and by many, each commit durable."""
    async with opened(url) as store:
        everybody = await people(store, range(WRITTEN, WRITTEN + CALLERS))
        one = await _cost(store, everybody[:1], acts)
        many = await _cost(store, everybody, acts * 4)
    report.loops.append(calibrated())
    report.figures += [
        Figure(what=f"a durable audited change, one caller, {engine}", cost=one),
        Figure(what=f"a durable audited change, {CALLERS} callers, {engine}", cost=many),
    ]
    report.sizes += [
        Size(what=f"durable audited changes, one caller, {engine}", value=1 / one.wall, unit="/s"),
        Size(
            what=f"durable audited changes, {CALLERS} callers, {engine}",
            value=1 / many.wall,
            unit="/s",
        ),
    ]
    report.ratios.append(
        Ratio(
            what=f"durable changes a second, {CALLERS} callers over one, {engine}",
            value=one.wall / many.wall,
            at_least=BARS[engine],
        )
    )


async def _cost(store: Store, callers: list[Person], acts: int) -> Cost:
    costs = []
    for _ in range(PARTS):
        numbers = count()
        each = acts // PARTS
        watch = Watch()
        with watch:
            await asyncio.gather(*(_caller(store, person, numbers, each) for person in callers))
        costs.append(watch.cost(each))
    return best(costs)


async def _caller(store: Store, person: Person, numbers: "count[int]", acts: int) -> None:
    """Write one change after another until all callers together have made ``acts``."""
    while (number := next(numbers)) < acts:
        way = Way("sms") if number % 2 else Way("oath")
        await store.commit(
            SetDefaultWay(user_id=person.user.id, way=way),
            Entry(
                at=START + timedelta(seconds=number),
                event=DefaultMethodChanged(was="", now=way, to=""),
                actor=person.user.id,
                target=person.user.id,
                succeeded=True,
                correlation_id=CorrelationId("bench"),
                network="203.0.113.24",
            ),
        )
