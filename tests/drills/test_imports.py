"""Tens of thousands of people from a messy file, killed half-way; a part of them in any run.

PROOFUP_DRILL_ROWS says how many there are (20,000, or 100,000 before a release).
"""

import asyncio
import csv
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from drills.messy_people import HASHES, Messy, write_messy
from proofup.cli.opening import opened
from proofup.hashing.pool import Argon2idPool
from unmeasured import unmeasured
from world import CHEAP, World

WHOLE = int(os.environ.get("PROOFUP_DRILL_ROWS", "20000"))
PART = 2_000
CHECKED = 5  # people of each kind of hash who sign in
PATIENCE = 0.02  # seconds between two looks at the progress


def proofup(*words: str | Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "proofup", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # nobody reads it, and a full pipe would block
        text=True,
        env=unmeasured() | {"PROOFUP_HASHING__MEMORY_MIB": "19", "PROOFUP_HASHING__PASSES": "2"},
    )


@pytest.fixture
def service(tmp_path: Path) -> Path:
    folder = tmp_path / "service"
    made = proofup(
        *("init", "--folder", folder, "--admin", "kim@contoso.test"),
        *("--organisation", "Contoso", "--public-url", "https://id.contoso.test"),
    )
    made.communicate()
    assert made.returncode == 0
    return folder


def taken_of(service: Path) -> int:
    """Return how many rows the import has done."""
    with closing(sqlite3.connect(service / "proofup.db")) as connection:
        found = connection.execute("SELECT document ->> '$.taken' FROM imports").fetchone()
    return int(found[0]) if found else 0


def bring_in(service: Path, file: Path, report: Path, *, kill_behind: int | None = None) -> str:
    """Import the file to its end, or kill the import when so many rows are done."""
    running = proofup("import", "users", file, "--folder", service, "--report", report)
    if kill_behind is not None:
        while taken_of(service) < kill_behind:
            assert running.poll() is None
            time.sleep(PATIENCE)
        running.kill()
    said, _ = running.communicate()
    return said


async def examine(service: Path, made: Messy) -> None:
    """Check that every user exists once, and that users with every kind of hash can sign in."""
    async with opened(service) as found:
        store = found.store
        names: list[str] = []
        after = None
        while page := await store.people.page(after=after, most=5000):
            names += [person.user.user_principal_name for person in page]
            after = names[-1]
        assert sorted(names) == sorted([*made.good, "kim@contoso.test"])
        assert await store.audit.verify() is None
        hashing = Argon2idPool(store.keys, entropy=os.urandom, cost=CHEAP, cores=1)
        world = World(store=store, entropy=os.urandom, hashing=hashing, now=found.at)
        for password in HASHES:
            people = [name for name, theirs in made.passwords.items() if theirs == password]
            for name in people[-CHECKED:]:
                await world.with_password(name, password=password)
        hashing.close()


def told(report: Path) -> dict[int, str]:
    with report.open(newline="", encoding="utf-8") as opened_report:
        rows = list(csv.DictReader(opened_report))
    by_line = {int(row["line"]): row["field"] for row in rows}
    assert len(by_line) == len(rows)
    return by_line


def test_every_bad_row_of_a_messy_file_is_told_and_every_good_one_is_in(
    service: Path, tmp_path: Path
) -> None:
    file, report = tmp_path / "people.csv", tmp_path / "bad.csv"
    made = write_messy(file, PART)
    said = bring_in(service, file, report)
    assert said == f"Imported: {len(made.good)}. Refused: {len(made.bad)}.\n"
    assert told(report) == made.bad
    asyncio.run(examine(service, made))


@pytest.mark.slow
def test_an_import_that_is_killed_goes_on_and_does_no_row_twice(
    service: Path, tmp_path: Path
) -> None:
    file, report = tmp_path / "people.csv", tmp_path / "bad.csv"
    made = write_messy(file, WHOLE)
    assert bring_in(service, file, report, kill_behind=WHOLE // 4) == ""
    assert bring_in(service, file, report, kill_behind=WHOLE // 2) == ""
    assert taken_of(service) < WHOLE
    said = bring_in(service, file, report)
    assert said == f"Imported: {len(made.good)}. Refused: {len(made.bad)}.\n"
    assert told(report) == made.bad
    asyncio.run(examine(service, made))
