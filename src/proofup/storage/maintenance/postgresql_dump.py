"""Copies a PostgreSQL database by the server's own programs, where they are on the PATH.

``pg_dump`` copies one moment and no writer waits. A password is handed over in the environment:
arguments can be read by everybody on the host.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from proofup.storage.errors import NoProgramError, ProgramFailedError

HEADER = b"PGDMP"
WRAP_ROW = re.compile(rb"^\S+\t([0-9a-f]{16})\t", re.MULTILINE)


def is_dump(file: Path) -> bool:
    """Tell whether ``file`` is what ``dump`` makes."""
    with file.open("rb") as opened:
        return opened.read(len(HEADER)) == HEADER


def dump(url: str, target: Path) -> None:
    """Copy the database at ``url`` to ``target``, which is made for us alone."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        _run("pg_restore", None, "--list", str(target))
    except BaseException:
        target.unlink()
        raise


def fingerprints_in(file: Path) -> tuple[str, ...]:
    """Return which key files open what is in a dump."""
    rows = _run("pg_restore", None, "--data-only", "--table=key_wraps", "--file=-", str(file))
    return tuple(sorted({name.decode() for name in WRAP_ROW.findall(rows)}))


def restore(url: str, file: Path) -> None:
    """Put what is in a dump into the empty database at ``url``: all of it, or nothing."""
    words = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run("pg_restore", url, *words, str(file))


def _run(program: str, url: str | None, *arguments: str) -> bytes:
    path = shutil.which(program)
    if path is None:
        raise NoProgramError(program)
    environment = dict(os.environ)
    where: list[str] = []
    if url is not None:
        facts = conninfo_to_dict(url)
        if password := facts.pop("password", None):
            environment["PGPASSWORD"] = str(password)
        where = [f"--dbname={make_conninfo('', **facts)}"]
    done = subprocess.run(  # noqa: S603 - a program of the PATH, and no shell
        [path, *where, *arguments], env=environment, capture_output=True, check=False
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [""]
        raise ProgramFailedError(program, lines[-1])
    return done.stdout
