"""A standby, an address that moves and a pooler for a PostgreSQL server."""

import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from postgres import STARTING_SECONDS, Server

CHUNK = 1 << 16
POOLER_PORT = 6432
# Four shared server connections: each transaction may get any of them.
POOLER_SETTINGS = """
[databases]
* = host={server} user=postgres

[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
pidfile = {folder}/pid
logfile = {folder}/log
"""


@contextmanager
def standby_of(primary: Server) -> Iterator[Server]:
    """Run a hot standby that follows ``primary``."""
    folder = _folder_for(primary)
    try:
        subprocess.run(
            [
                *(primary.programs / "pg_basebackup", "-h", primary.folder, "-U", "postgres"),
                *("-D", folder / "data", "-R", "-X", "stream", "-c", "fast", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            **primary.as_user,
        )
        standby = replace(primary, folder=folder)
        try:
            standby.start()
            yield standby
        finally:
            standby.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def promote(standby: Server) -> None:
    """Make ``standby`` a primary."""
    subprocess.run(
        [standby.programs / "pg_ctl", "promote", "-w", "-D", standby.folder / "data"],
        check=True,
        capture_output=True,
        cwd=standby.folder,
        **standby.as_user,
    )


def demote(primary: Server) -> None:
    """Start ``primary`` anew as a standby, which takes no writes."""
    primary.stop()
    signal = primary.folder / "data" / "standby.signal"
    signal.touch()
    _give(signal, primary)
    primary.start()


def take_no_writes(primary: Server) -> None:
    """Make ``primary`` read-only without closing connections."""
    with psycopg.connect(primary.url("postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        connection.execute("SELECT pg_reload_conf()")


class OneAddress:
    """A proxy: one address for whichever server is ``leads_to``.

    Existing connections keep their server. Those in ``silent`` stay open but pass no data.
    """

    def __init__(self, server: Server) -> None:
        self.leads_to = server
        self.silent: set[Path] = set()
        serve: Any = self._serve  # a function in the place of a class with one method
        self._listener = socketserver.ThreadingTCPServer(("127.0.0.1", 0), serve)
        self._listener.daemon_threads = True
        self._listener.block_on_close = False
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,))
        self._thread.start()

    def url(self, database: str) -> str:
        port = self._listener.server_address[1]
        return f"postgresql://postgres@127.0.0.1:{port}/{database}"

    def close(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()

    def _serve(self, client: Any, _: Any, __: Any) -> None:
        server = self.leads_to.folder
        with socket.socket(socket.AF_UNIX) as behind:
            try:
                behind.connect(str(server / ".s.PGSQL.5432"))
            except OSError:
                return  # the server is down; the client sees its connection end
            back = threading.Thread(target=self._pump, args=(behind, client, server), daemon=True)
            back.start()
            self._pump(client, behind, server)
            back.join()

    def _pump(self, source: socket.socket, target: socket.socket, server: Path) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if server not in self.silent:
                    target.sendall(data)
        if server not in self.silent:
            with suppress(OSError):
                target.shutdown(socket.SHUT_RDWR)


@contextmanager
def pooler_of(server: Server) -> Iterator[Path]:
    """Run PgBouncer before ``server``; the folder of its socket, at ``POOLER_PORT``."""
    folder = _folder_for(server)
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        POOLER_SETTINGS.format(server=server.folder, folder=folder, port=POOLER_PORT)
    )
    process = subprocess.Popen(
        ["pgbouncer", "--quiet", settings], cwd=folder, stderr=subprocess.DEVNULL, **server.as_user
    )
    try:
        deadline = time.monotonic() + STARTING_SECONDS
        while not (folder / f".s.PGSQL.{POOLER_PORT}").exists():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "the pooler does not start"
            time.sleep(0.02)
        yield folder
    finally:
        process.terminate()
        process.wait(STARTING_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _folder_for(server: Server) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="proofup-pg-"))
    _give(folder, server)
    return folder


def _give(path: Path, server: Server) -> None:
    """Give ``path`` to the user that the server runs as."""
    if server.as_user:
        shutil.chown(path, server.as_user["user"], server.as_user["group"])
