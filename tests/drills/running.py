"""The service as an operator runs it, on SQLite; a drill may disturb, stop and restart it."""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from browser.outside import SECRET, Carrier, free_port
from unmeasured import unmeasured
from visitor import Page, Visitor

STARTING_SECONDS = 30
STOPPING_SECONDS = 30
PASSWORD = "a long walk by the sea"
PEOPLE = int(os.environ.get("PROOFUP_DRILL_PEOPLE", "20"))  # 500 before a release


def name_of(number: int) -> str:
    return f"robin{number}@contoso.test"


def phone_of(number: int) -> str:
    return f"+4477009{number:05}"


class Running:
    """One folder, one port, and the process that serves it, if there is one.

    Visitors choose their network, as behind a proxy; ``visitor`` gives each a different one.
    ``environment`` is only for the server.
    """

    def __init__(self, folder: Path, carrier: Carrier, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.carrier = carrier
        self.environment = dict(environment)
        self.process: subprocess.Popen[bytes] | None = None
        self._visitors: list[Visitor] = []
        self._settings = unmeasured() | {
            "PROOFUP_LISTEN": f"127.0.0.1:{self.port}",
            "PROOFUP_PUBLIC_URL": self.origin,
            "PROOFUP_HASHING__MEMORY_MIB": "19",
            "PROOFUP_HASHING__PASSES": "2",
            "PROOFUP_TEXTS__WEBHOOK": f"http://{carrier.authority}/texts",
            "PROOFUP_TEXTS__SECRET": SECRET,
            "PROOFUP_OUTBOUND_ALLOW": carrier.authority,
            "PROOFUP_TRUSTED_PROXIES": "127.0.0.1",
        }

    @property
    def database(self) -> Path:
        return self.folder / "proofup.db"

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the operator."""
        return subprocess.run(
            [sys.executable, "-m", "proofup", *words, "--folder", str(self.folder)],
            env=self._settings,
            capture_output=True,
            text=True,
            check=False,
        )

    def populate(self, people: int) -> None:
        """Initialise the service with users who have a phone."""
        rows = self.folder / "people.csv"
        with rows.open("w", newline="", encoding="utf-8") as out:
            written = csv.writer(out)
            written.writerow(
                ["userPrincipalName", "displayName", "authenticationPhone", "password"]
            )
            written.writerows(
                [name_of(number), "Robin Ashby", phone_of(number), PASSWORD]
                for number in range(people)
            )
        for words in (
            (
                "init",
                "--organisation",
                "Contoso",
                "--admin",
                "kim@contoso.test",
                "--demand",
                "perUser",
            ),
            ("import", "users", str(rows)),
        ):
            more = ("--public-url", self.origin) if words[0] == "init" else ()
            done = self.command(*words, *more)
            assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Serve, and return when it answers."""
        log = (self.folder / "service.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "proofup", "serve", "--folder", str(self.folder)],
                env=self._settings | self.environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        until = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
            except (OSError, HTTPException):
                time.sleep(0.02)
            finally:
                connection.close()
        pytest.fail(f"the service did not start: {self._said()}")

    def stop(self) -> int:
        """Tell it to stop, and return its exit code."""
        assert self.process
        self.process.terminate()
        return self.process.wait(STOPPING_SECONDS)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(STOPPING_SECONDS)

    def log(self) -> list[dict[str, Any]]:
        """Return the log of all its processes."""
        return [json.loads(line) for line in self._said().splitlines()]

    def _said(self) -> str:
        return (self.folder / "service.log").read_text()

    def memory_kib(self) -> int:
        """Return what the server holds of memory."""
        assert self.process
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    def visitor(self, number: int) -> Visitor:
        """Return the browser of somebody, in a network of its own."""
        visitor = Visitor(self.origin)
        visitor.http.headers["x-forwarded-for"] = f"11.{number // 250}.{number % 250}.7"
        self._visitors.append(visitor)
        return visitor

    async def leave(self) -> None:
        """Close all browsers."""
        for visitor in self._visitors:
            await visitor.http.aclose()


@contextmanager
def running(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Run the service in ``folder``, and stop whatever is left of it after the drill."""
    carrier = Carrier()
    carrier.confirms = False
    service = Running(folder, carrier, environment or {})
    try:
        yield service
    finally:
        if service.process and service.process.poll() is None:
            service.kill()
        carrier.close()


async def to_code(visitor: Visitor, number: int) -> Page:
    """Go as far as the page that asks for the code."""
    await visitor.open("/signin")
    await visitor.send("/signin", username=name_of(number))
    return await visitor.send("/signin/password", password=PASSWORD)
