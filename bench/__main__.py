"""``python -m bench``: runs all measurements; ``--quick`` takes 15 seconds."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import uvloop

from bench.challenges import challenges
from bench.engines import engines
from bench.full_load import full_load
from bench.imports import imports
from bench.jobs import jobs
from bench.machine import machine
from bench.measuring import calibrated
from bench.reads import reads
from bench.report import Report
from bench.sign_ins import sign_ins
from bench.start_up import start_up
from bench.strong import passkeys, pushes
from bench.tokens import tokens
from bench.writes import writes
from bench.yardsticks import yardsticks

BEGUN = time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is done: sizes of the organisation, and acts of each kind."""

    sizes: tuple[int, ...]
    reads: int
    writes: int
    tokens: int
    challenges: int
    sign_ins: int
    idle: int
    imported: int
    reset: int
    starts: int


FULL = Extent(
    sizes=(1_000, 100_000, 1_000_000),
    reads=5_000,
    writes=2_000,
    tokens=2_000,
    challenges=1_000,
    sign_ins=250,
    idle=300,
    imported=1_000_000,
    reset=100_000,
    starts=5,
)
QUICK = Extent(
    sizes=(1_000, 3_000),
    reads=100,
    writes=25,
    tokens=50,
    challenges=10,
    sign_ins=5,
    idle=20,
    imported=1_000,
    reset=100,
    starts=1,
)

Measure: TypeAlias = Callable[[Report, str, str, Extent], Coroutine[Any, Any, None]]

# Reads come first: they create the users for the other measurements.
ITEMS: dict[str, Measure] = {
    "reads": lambda report, engine, url, extent: reads(
        report, engine, url, sizes=extent.sizes, acts=extent.reads
    ),
    "writes": lambda report, engine, url, extent: writes(report, engine, url, acts=extent.writes),
    "challenges": lambda report, engine, url, extent: challenges(
        report, engine, url, acts=extent.challenges
    ),
    "pushes": lambda report, engine, url, extent: pushes(
        report, engine, url, acts=extent.challenges
    ),
    "sign-ins": lambda report, engine, url, extent: sign_ins(
        report, engine, url, acts=extent.sign_ins
    ),
    "full-load": lambda report, engine, url, extent: full_load(
        report, engine, url, acts=extent.sign_ins, idle=extent.idle
    ),
}


# As commands on SQLite, or without any data.
COMMANDS: dict[str, Callable[[Report, Path, Extent], None]] = {
    "start": lambda report, folder, extent: start_up(report, folder, times=extent.starts),
    "import": lambda report, folder, extent: imports(report, folder, people=extent.imported),
    "passkeys": lambda report, folder, extent: passkeys(report, folder, acts=extent.writes),
    "tokens": lambda report, folder, extent: tokens(report, folder, acts=extent.tokens),
    "job": lambda report, folder, extent: jobs(
        report, folder, people=extent.reset, idle=extent.idle
    ),
}


def main() -> None:
    """Measure, and print the results."""
    arguments = _arguments()
    extent = QUICK if arguments.quick else FULL
    report = Report(loops=[calibrated()])
    with (
        tempfile.TemporaryDirectory(prefix="proofup-bench-", dir=arguments.folder) as made,
        yardsticks(Path(made), max(extent.sizes)) as taking,
    ):
        folder = Path(made)
        wanted = arguments.only or [*COMMANDS, *ITEMS]
        taking.take()
        for item in [name for name in COMMANDS if name in wanted]:
            COMMANDS[item](report, folder, extent)
            taking.take()
            _tell(item)
        with engines(folder, report.left_out) as urls:
            for engine, url in urls.items():
                for item in [name for name in ITEMS if name in wanted]:
                    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                        runner.run(ITEMS[item](report, engine, url, extent))
                    taking.take()
                    _tell(f"{item} on {engine}")
        report.yardsticks += taking.taken()
        report.show(machine(folder))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small organisation, few acts")
    parser.add_argument("--folder", type=Path, help="where the databases shall lie meanwhile")
    parser.add_argument(
        "--only", nargs="+", choices=[*COMMANDS, *ITEMS], help="leave out all others"
    )
    return parser.parse_args()


def _tell(what: str) -> None:
    print(f"{time.monotonic() - BEGUN:5.0f} s: {what} done", file=sys.stderr)


if __name__ == "__main__":
    main()
