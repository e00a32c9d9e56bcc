"""Starts a writer, kills it at a random moment, and reads its journal."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from drills.journal import Line, read
from unmeasured import unmeasured

WRITER = Path(__file__).with_name("writer.py")
TESTS = Path(__file__).parents[1]
LONGEST_SECONDS = 60.0


def written_until_killed(
    url: str,
    part: int,
    after_seconds: float,
    *words: str,
    kill: Callable[["subprocess.Popen[bytes]"], None] = lambda writer: writer.kill(),
) -> list[Line]:
    """Return the journal of a writer that ``kill`` ended some time after its start.

    The pipe still holds everything that the writer wrote before its death.
    """
    with subprocess.Popen(
        [sys.executable, str(WRITER), url, str(part), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**unmeasured(), "PYTHONPATH": str(TESTS)},
    ) as writer:
        assert writer.stdout
        assert writer.stderr
        too_long = threading.Timer(LONGEST_SECONDS, writer.kill)
        too_long.start()
        began = writer.stdout.readline() == b"ready\n"
        end = threading.Timer(after_seconds, kill, (writer,))
        if began:
            end.start()
        journal = writer.stdout.read().splitlines()
        errors = writer.stderr.read().decode()
        too_long.cancel()
        end.cancel()
        if end.is_alive():  # it is in the middle of it
            end.join()
    assert began, errors
    assert not errors, errors
    return read(journal)
