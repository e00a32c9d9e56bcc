"""Measures reads among few and many users: pages must not be slower in a large organisation."""

from random import Random

from bench.crowd import fill, name_of, people
from bench.engines import opened
from bench.measuring import Cost, calibrated, cost_of
from bench.report import Figure, Ratio, Report

SAMPLE = 500
BAR = 1.5


async def reads(
    report: Report, engine: str, url: str, *, sizes: tuple[int, ...], acts: int
) -> None:
    """Measure a point read and pages in organisations of ``sizes`` people, in growing order."""
    points: list[Cost] = []
    pages: list[Cost] = []
    async with opened(url) as store:
        await people(store, range(SAMPLE))
    filled = SAMPLE
    for size in sizes:
        fill(url, range(filled, size))
        filled = size
        point, page, first, last = await _at(url, size, acts)
        report.loops.append(calibrated())
        points.append(point)
        pages.append(page)
        among = f"among {size:,} people, {engine}"
        report.figures += [
            Figure(what=f"a person by name and their methods, {among}", cost=point),
            Figure(what=f"a page of 100 people, {among}", cost=page, at_most=1e-3),
        ]
    many, few = f"{sizes[-1]:,}", f"{sizes[0]:,}"
    report.ratios += [
        Ratio(
            what=f"a person and their methods, {many} over {few} people, {engine}",
            value=points[-1].cpu / points[0].cpu,
            at_most=BAR,
        ),
        Ratio(
            what=f"a page of 100 people, {many} over {few} people, {engine}",
            value=pages[-1].cpu / pages[0].cpu,
            at_most=BAR,
        ),
        Ratio(
            what=f"the last page over the first, among {many} people, {engine}",
            value=last.cpu / first.cpu,
            at_most=BAR,
        ),
    ]


async def _at(url: str, size: int, acts: int) -> tuple[Cost, Cost, Cost, Cost]:
    """Return the costs of one person, a random page, the first page and the last page."""
    drawn = Random(1)  # noqa: S311 - the same people in every run
    names = sorted(map(name_of, range(size)))
    with_a_page_behind, before_last = names[:-100], names[-101]

    async with opened(url) as store:

        async def point(_: int) -> None:
            person = await store.people.by_name(name_of(drawn.randrange(SAMPLE)))
            assert person
            assert await store.methods.of_user(person.user.id)

        async def page(after: str | None) -> None:
            assert len(await store.people.page(after=after, most=100)) == 100

        return (
            await cost_of(point, acts),
            await cost_of(lambda _: page(drawn.choice(with_a_page_behind)), acts // 10),
            await cost_of(lambda _: page(None), acts // 10),
            await cost_of(lambda _: page(before_last), acts // 10),
        )
