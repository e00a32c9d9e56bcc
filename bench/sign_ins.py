"""Measures a whole sign-in by HTTP routes: name, password, code, session, without the hash."""

from bench.engines import opened
from bench.measuring import PARTS, Cost, best, calibrated
from bench.report import Figure, Report
from bench.signing_in import SigningIn

AT_ONCE = 16
BAR = 12e-3


async def sign_ins(report: Report, engine: str, url: str, *, acts: int) -> None:
    """Measure sign-ins, one after another and some at once, with the sender beside them."""
    each = acts // PARTS
    async with opened(url) as store, SigningIn(store) as service:
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
