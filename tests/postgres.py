"""A throw-away PostgreSQL server for one test session, with databases copied from a template."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

STARTING_SECONDS = 30
# Nothing here has to outlive a power cut; whether a commit waits for the disk is tested on SQLite.
FAST = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=200",
    "shared_buffers=32MB",
)


class NoServerError(Exception):
    """There are no binaries of a PostgreSQL server on this machine."""


def binaries() -> Path:
    """Return the folder of ``initdb`` and ``postgres``, the newest one, or raise NoServerError."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    packaged = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(packaged, key=lambda path: int(path.parts[-3]), reverse=True)
    if not found:
        raise NoServerError("neither in PATH nor in /usr/lib/postgresql: initdb, postgres")
    return found[0].parent


@dataclass(frozen=True)
class Server:
    """A running server, reached by a socket in its own folder."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql:///{database}?host={self.folder}&user=postgres"

    def create(self, database: str, *, template: str = "template1") -> str:
        """Make ``database`` as a copy of ``template`` and return its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {template}".encode())
        return self.url(database)

    def drop(self, database: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())


@contextmanager
def running_server() -> Iterator[Server]:
    """Run a new, empty server; raise NoServerError where that is not possible."""
    programs = binaries()
    # Not pytest's own folder: a socket's path has room for about a hundred letters.
    folder = Path(tempfile.mkdtemp(prefix="proofup-pg-"))
    process = None
    try:
        # PostgreSQL refuses to run as root, so root lends it to the user of that name.
        as_user = _as_postgres(folder) if os.geteuid() == 0 else {}
        subprocess.run(
            [
                *(programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            **as_user,
        )
        options = [word for option in FAST for word in ("-c", option)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", "-k", folder, *options],
                stdout=log,
                stderr=log,
                cwd=folder,
                **as_user,
            )
        _await(folder, process)
        yield Server(folder)
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)  # a "fast" shutdown: it waits for no connection
            try:
                process.wait(STARTING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(folder: Path) -> dict[str, Any]:
    """Return how to run as the user ``postgres``, and give ``folder`` to them."""
    try:
        known = pwd.getpwnam("postgres")
    except KeyError as error:
        raise NoServerError("run by root, and there is no user postgres to run it as") from error
    os.chown(folder, known.pw_uid, known.pw_gid)
    return {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}


def _await(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    """Return when the server answers."""
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(Server(folder).url("postgres")).close()
        except psycopg.OperationalError:
            time.sleep(0.02)  # there is nothing to wait on before it answers
        else:
            return
    raise RuntimeError((folder / "log").read_text())
