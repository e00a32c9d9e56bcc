"""``proofup import users``: people with a phone, from a file as large as an organisation."""

import csv
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from bench.crowd import name_of
from bench.measuring import Cost
from bench.report import Figure, Report, Size

BAR_SECONDS, BAR_PEOPLE = 180, 1_000_000
KIBI = 1024
LOOK_SECONDS = 0.5  # between two looks at a command's memory; each look costs 5 ms


@dataclass(frozen=True, slots=True)
class Used:
    """The cost of a command with all its processes: wall and CPU seconds, and peak KiB."""

    wall: float
    cpu: float
    kib: int


def imports(report: Report, folder: Path, *, people: int) -> None:
    """Measure the time of an import and its peak memory."""
    whole = _imported(folder, range(people))
    what = f"import of {people:,} people with a phone"
    cost = Cost(whole.cpu / people, whole.wall / people)
    report.figures.append(Figure(what=f"{what}, each", cost=cost))
    # Small imports do not predict large ones: in a larger directory the names of a batch are spread
    # over more pages.
    bar = BAR_SECONDS if people == BAR_PEOPLE else None
    report.sizes += [
        Size(what=what, value=whole.wall, unit="s", at_most=bar),
        Size(what=f"{what}, memory at most", value=whole.kib / KIBI, unit="MiB", at_most=300),
    ]


def _imported(folder: Path, numbers: range) -> Used:
    """Import the people with ``numbers`` into a new service."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        service, file = Path(made, "service"), Path(made, "people.csv")
        run_to_end(
            *("init", "--folder", service, "--organisation", "Contoso"),
            *("--public-url", "http://localhost:8080", "--admin", "kim@contoso.test"),
        )
        with file.open("w", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["userPrincipalName", "displayName", "authenticationPhone"])
            for number in numbers:
                rows.writerow([name_of(number), "Robin Ashby", f"+44 7{400_000_000 + number}"])
        return run_to_end("import", "users", file, "--folder", service, "--json")


def run_to_end(*words: str | Path) -> Used:
    """Run a command of the service to its end."""
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own program with our own words
        [sys.executable, "-m", "proofup", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    over = Event()
    with ThreadPoolExecutor(1) as beside:
        most = beside.submit(_most_kib, process.pid, over)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        over.set()
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, words
        return Used(wall, used.ru_utime + used.ru_stime, most.result())


def _most_kib(leader: int, over: Event) -> int:
    """Return the peak KiB of the processes of a session, until it is ``over``."""
    most = 0
    while not over.wait(LOOK_SECONDS):
        most = max(most, sum(map(_kib, _of_session(leader))))
    return most


def _of_session(leader: int) -> list[int]:
    """Return the processes of a command that is a session leader."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(ValueError, ProcessLookupError):  # no process, or one that has ended
            if os.getsid(int(entry.name)) == leader:
                found.append(int(entry.name))
    return found


def _kib(pid: int) -> int:
    """Return the KiB of a process; shared pages count proportionally."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # the process is over
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
