"""Copies a PostgreSQL database with the server's own programs, found on the PATH.

``pg_dump`` makes a consistent copy without blocking writers. The password is passed in the
environment, because every user of the host can read arguments.
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
    """Return whether ``file`` has the format of ``dump``."""
    with file.open("rb") as opened:
        return opened.read(len(HEADER)) == HEADER


def dump(url: str, target: Path) -> None:
    """Copy the database at ``url`` to the new file ``target``, readable only by its owner."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        _run("pg_restore", None, "--list", str(target))
    except BaseException:
        target.unlink()
        raise


def fingerprints_in(file: Path) -> tuple[str, ...]:
    """Return the fingerprints of the key files that open a dump."""
    rows = _run("pg_restore", None, "--data-only", "--table=key_wraps", "--file=-", str(file))
    return tuple(sorted({name.decode() for name in WRAP_ROW.findall(rows)}))


def restore(url: str, file: Path) -> None:
    """Restore a dump into the empty database at ``url``, completely or not at all."""
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
