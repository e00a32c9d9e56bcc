"""Drills D1 and D2: kill -9 at random moments. PROOFUP_DRILL_ROUNDS says how often (3 or 100)."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from conftest import KEY_ENCRYPTION_KEY
from drills.examination import Left, examine, examine_all
from drills.journal import Kind, Line, State
from drills.kill import written_until_killed
from postgres import Server
from proofup.storage.store import open_store

pytestmark = pytest.mark.slow
ROUNDS = int(os.environ.get("PROOFUP_DRILL_ROUNDS", "3"))
SHORTEST, LONGEST = 0.05, 0.6  # seconds that a writer lives
AFTERWARDS = 0.3  # seconds in which a writer can notice that its database is gone

Kill = Callable[["subprocess.Popen[bytes]"], None]


@pytest.fixture
def url(request: pytest.FixtureRequest, engine_name: str, tmp_path: Path) -> str:
    """Give an empty database with its schema, on either engine."""
    if engine_name == "sqlite":
        made = f"sqlite:///{tmp_path / 'proofup.db'}"
    else:
        server: Server = request.getfixturevalue("durable_server")
        made = server.create(f"drill_{abs(hash(request.node.name))}")
    asyncio.run(_make(made))
    return made


async def _make(url: str) -> None:
    store = await open_store(url, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=os.urandom)
    await store.close()


def drill(url: str, *, kill: Kill | None = None, again: Callable[[], None] | None = None) -> Left:
    """Kill a writer ROUNDS times, and return what was found after each and in the end."""
    begun = time.monotonic()
    left, everything = Left(), list[Line]()
    for part in range(ROUNDS):
        after = Random(part).uniform(SHORTEST, LONGEST)  # noqa: S311 - to fail again alike
        journal = written_until_killed(url, part, after, **({"kill": kill} if kill else {}))
        if again is not None:
            again()
        asyncio.run(examine(url, part, journal, left))
        everything += journal
    at_the_end = Left()
    asyncio.run(examine_all(url, everything, at_the_end))
    told = ", ".join(f"{left.told[state]} {state}" for state in State)
    seconds = time.monotonic() - begun
    lost = len(left.lost) + len(at_the_end.lost)
    sys.stderr.write(f"\n{ROUNDS} rounds in {seconds:.0f} s: {told}, {lost} lost\n{left}\n")
    assert at_the_end.is_clean, at_the_end
    return left


def test_D1_AU1_what_was_acknowledged_outlives_kill_9_wholly(url: str) -> None:
    left = drill(url)
    assert left.is_clean, left
    assert left.told[State.DONE] > ROUNDS


@pytest.mark.postgresql
def test_D1_what_was_acknowledged_outlives_a_crash_of_the_database(durable_server: Server) -> None:
    url = durable_server.create("drill_of_the_server")
    asyncio.run(_make(url))

    def crash(writer: "subprocess.Popen[bytes]") -> None:
        durable_server.crash()
        time.sleep(AFTERWARDS)
        writer.kill()

    left = drill(url, kill=crash, again=durable_server.start)
    assert left.is_clean, left
    assert left.told[State.DONE] > ROUNDS


@pytest.mark.parametrize("moment", [Kind.ANSWER, Kind.ISSUE, Kind.PROVE])
def test_D2_a_code_stays_spent_where_the_process_dies_before_it_can_say_so(
    url: str, moment: Kind
) -> None:
    journal = written_until_killed(url, 0, 30, moment)
    last = next(line for line in journal if line.kind is moment)
    assert last.state is State.BEGUN
    left = Left()
    asyncio.run(examine(url, 0, journal, left))
    assert left.is_clean, left
    assert left.silently_done == 1
