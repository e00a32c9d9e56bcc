"""Copies a SQLite database while it is written to (https://sqlite.org/backup.html).

A read transaction is open while the pages are copied. So the copy is consistent, concurrent writes
do not restart it, and no writer waits.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from proofup.storage.durable import flush
from proofup.storage.sqlite import connect
from proofup.storage.sqlite_errors import is_of_database
from proofup.values.errors import StoreBusyError

HEADER = b"SQLite format 3\0"
PAGES = 1024  # of a step: 4 MiB
BESIDE = ("-wal", "-shm", "-journal")


def is_sqlite(file: Path) -> bool:
    """Return whether ``file`` looks like a SQLite database."""
    with file.open("rb") as opened:
        return opened.read(len(HEADER)) == HEADER


def copy_sqlite(source: Path, target: Path, advance: Callable[[int], None]) -> None:
    """Copy ``source`` to a new private file ``target``. Raises FileExistsError.

    ``advance`` is called with the number of new pages. Raises StoreBusyError.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    done = 0

    def tell(_: int, remaining: int, total: int) -> None:
        nonlocal done
        advance(total - remaining - done)
        done = total - remaining

    try:
        with closing(connect(source)) as reader, closing(sqlite3.connect(target)) as writer:
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM sqlite_schema").fetchall()
            reader.backup(writer, pages=PAGES, progress=tell, sleep=0)
            reader.execute("COMMIT")
    except sqlite3.Error as error:
        forget(target)
        if is_of_database(error):
            raise StoreBusyError from error
        raise
    except BaseException:
        forget(target)
        raise
    flush(target)


def is_intact(file: Path) -> bool:
    """Return whether the pages, indexes and references of a database are intact."""
    try:
        with closing(connect(file)) as reader:
            pages = reader.execute("PRAGMA integrity_check").fetchall()
            references = reader.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error:
        return False
    return pages == [("ok",)] and not references


def forget(file: Path) -> None:
    """Remove a database file and its journal files."""
    for name in ("", *BESIDE):
        file.with_name(file.name + name).unlink(missing_ok=True)


def move(file: Path, to: Path) -> None:
    """Rename a database file and its journal files, replacing existing ones."""
    for name in (*BESIDE, ""):
        beside = file.with_name(file.name + name)
        if beside.exists():
            beside.replace(to.with_name(to.name + name))
    flush(to.parent)
