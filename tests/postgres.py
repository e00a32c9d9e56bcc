"""Temporary PostgreSQL servers, with databases copied from a template; they can also be crashed."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

STARTING_SECONDS = 30
# These data need not survive a loss of power; durable commits are tested on SQLite.
FAST = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=200",
    "shared_buffers=32MB",
)
# As on an operator's server: a commit waits for the disk.
DURABLE = ("listen_addresses=", "max_connections=200", "shared_buffers=128MB")


class NoServerError(Exception):
    """PostgreSQL is not installed on this machine."""


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


@dataclass(kw_only=True)
class Server:
    """A server with its data, its log and its socket in one folder."""

    folder: Path
    programs: Path
    options: Sequence[str]
    as_user: dict[str, Any]
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def url(self, database: str) -> str:
        return f"postgresql:///{database}?host={self.folder}&user=postgres"

    def create(self, database: str, *, template: str = "template1") -> str:
        """Make ``database`` as a copy of ``template`` and return its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            # Copying the files takes half the time of writing each page to the log first. Before
            # PostgreSQL 15 there was no other way.
            strategy = " STRATEGY file_copy" if connection.info.server_version >= 150000 else ""
            sql = f"CREATE DATABASE {database} TEMPLATE {template}{strategy}"
            connection.execute(sql.encode())
        return self.url(database)

    def drop(self, database: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())

    def initialise(self) -> None:
        """Make the data, which nobody has started yet."""
        subprocess.run(
            [
                *(self.programs / "initdb", "-D", self.folder / "data", "-U", "postgres"),
                *("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self.as_user,
        )

    def start(self) -> None:
        """Start the server and return when it answers."""
        options = [word for option in self.options for word in ("-c", option)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder),
                    *options,
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self.as_user,
            )
        deadline = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.02)  # polling: nothing signals that it is ready
            else:
                return
        raise RuntimeError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Shut the server down fast: it waits for no connection."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STARTING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def crash(self) -> None:
        """Kill the server and all of its processes at once, as a power cut would."""
        assert self._process
        number = self._process.pid
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        # The main process first, or it would restart the others.
        for victim in (number, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        self._process.wait()
        self._process = None


@contextmanager
def running_server(options: Sequence[str] = FAST) -> Iterator[Server]:
    """Run a new, empty server; raise NoServerError where that is not possible."""
    programs = binaries()
    # Not pytest's own folder: a socket's path may have only about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="proofup-pg-"))
    try:
        # PostgreSQL refuses to run as root, so root starts it as the user ``postgres``.
        as_user = _as_postgres(folder) if os.geteuid() == 0 else {}
        server = Server(folder=folder, programs=programs, options=options, as_user=as_user)
        server.initialise()
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(folder: Path) -> dict[str, Any]:
    """Return how to run as the user ``postgres``, and give ``folder`` to them."""
    try:
        known = pwd.getpwnam("postgres")
    except KeyError as error:
        raise NoServerError("run by root, and there is no user postgres to run it as") from error
    os.chown(folder, known.pw_uid, known.pw_gid)
    return {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}
