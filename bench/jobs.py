"""``proofup jobs start``: everybody in a file starts over, by one job."""

import csv
import tempfile
from pathlib import Path

from bench.crowd import name_of
from bench.imports import run_to_end
from bench.measuring import Cost
from bench.report import Figure, Report, Size

BAR_SECONDS, BAR_PEOPLE = 15, 100_000


def jobs(report: Report, folder: Path, *, people: int) -> None:
    """Measure how long a job takes that resets people with a phone each."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        service, file = Path(made, "service"), Path(made, "people.csv")
        run_to_end(
            *("init", "--folder", service, "--organisation", "Contoso"),
            *("--public-url", "http://localhost:8080", "--admin", "kim@contoso.test"),
        )
        with file.open("w", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["userPrincipalName", "displayName", "authenticationPhone"])
            for number in range(people):
                rows.writerow([name_of(number), "Robin Ashby", f"+44 7{400_000_000 + number}"])
        run_to_end("import", "users", file, "--folder", service, "--json")
        used = run_to_end(
            *("jobs", "start", "reset-methods", "--file", file, "--reason", "Measured"),
            *("--folder", service, "--json"),
        )
    what = f"reset of {people:,} people by a job"
    cost = Cost(used.cpu / people, used.wall / people)
    report.figures.append(Figure(what=f"{what}, each", cost=cost))
    bar = BAR_SECONDS if people == BAR_PEOPLE else None
    report.sizes.append(Size(what=what, value=used.wall, unit="s", at_most=bar))
