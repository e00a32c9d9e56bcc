"""``proofup jobs start``: everybody in a file starts over, by one job."""

import asyncio
import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.crowd import name_of
from bench.full_load import Texts, p99
from bench.imports import Used, run_to_end
from bench.measuring import Cost
from bench.report import Figure, Ratio, Report, Size
from proofup.cli.opening import opened

BAR_SECONDS, BAR_PEOPLE = 15, 100_000
PAUSE_SECONDS = 0.02  # between two challenges, so that they are not the load themselves


def jobs(report: Report, folder: Path, *, people: int, idle: int) -> None:
    """Measure a job that resets people with a mail address and a phone each.

    It also measures how long others wait meanwhile.

    ``idle`` is how many challenges are started before the job.
    """
    with tempfile.TemporaryDirectory(dir=folder) as made:
        service, file = Path(made, "service"), Path(made, "people.csv")
        run_to_end(
            *("init", "--folder", service, "--organisation", "Contoso"),
            *("--public-url", "http://localhost:8080", "--admin", "kim@contoso.test"),
        )
        with file.open("w", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["userPrincipalName", "displayName", "mail", "authenticationPhone"])
            for number in range(people):
                mail, phone = f"robin{number}@fabrikam.test", f"+44 7{400_000_000 + number}"
                rows.writerow([name_of(number), "Robin Ashby", mail, phone])
        run_to_end("import", "users", file, "--folder", service, "--json")
        words = ("jobs", "start", "reset-methods", "--file", file, "--reason", "Measured")
        used, alone, busy = asyncio.run(_beside(service, idle, words))
    what = f"reset of {people:,} people by a job"
    cost = Cost(used.cpu / people, used.wall / people)
    report.figures.append(Figure(what=f"{what}, each", cost=cost))
    bar = BAR_SECONDS if people == BAR_PEOPLE else None
    report.sizes += [
        Size(what=what, value=used.wall, unit="s", at_most=bar),
        Size(
            what=f"p99 of starting a text challenge, during the {what}",
            value=1000 * p99(busy),
            unit="ms",
        ),
    ]
    meanwhile = f"p99 of starting a text challenge, during the {what}, over idle"
    report.ratios.append(Ratio(what=meanwhile, value=p99(busy) / p99(alone)))


async def _beside(
    service: Path, idle: int, words: Sequence[str | Path]
) -> tuple[Used, list[float], list[float]]:
    """Return the cost of a command, and the seconds of challenges before it and beside it."""
    async with opened(service) as ours:
        texts = Texts(ours.store)
        alone = [await texts.ask() for _ in range(idle)]
        command = asyncio.to_thread(run_to_end, *words, "--folder", service, "--json")
        under_way = asyncio.create_task(command)
        busy = [await texts.ask(), await texts.ask()]
        while not under_way.done():
            busy.append(await texts.ask())
            await asyncio.sleep(PAUSE_SECONDS)
        return await under_way, alone, busy
