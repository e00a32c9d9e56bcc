"""The service as an operator runs it, by its command line."""

import csv
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from browser.outside import SECRET, Carrier, PostOffice, free_port
from browser.person import Account
from unmeasured import unmeasured

STARTING_SECONDS = 30
STOPPING_SECONDS = 30
TOLD_NOBODY = re.compile(r"\+44770090|\b\d{3} \d{3} ?is\b")  # numbers and codes, which no log has


class Service:
    """A service that runs, with the folder it lives in."""

    def __init__(self, folder: Path, environment: Mapping[str, str], origin: str) -> None:
        self._folder = folder
        self._environment = environment
        self.origin = origin

    def proofup(self, *words: str) -> str:
        """Run the command line as its operator does, and return what it wrote."""
        done = subprocess.run(
            [sys.executable, "-m", "proofup", *words, "--folder", str(self._folder)],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def bring(self, accounts: Sequence[Account]) -> None:
        """Import people with what they have."""
        rows = self._folder / "people.csv"
        with rows.open("w", newline="", encoding="utf-8") as out:
            written = csv.DictWriter(out, list(accounts[0].row))
            written.writeheader()
            written.writerows(one.row for one in accounts)
        self.proofup("import", "users", str(rows))


@contextmanager
def running(
    folder: Path,
    carrier: Carrier,
    post_office: PostOffice,
    accounts: Sequence[Account],
    more: Mapping[str, str],
) -> Iterator[Service]:
    """Run a service with ``accounts`` in it, and hold its log to what no log may tell."""
    port = free_port()
    origin = f"http://localhost:{port}"
    environment = {
        **unmeasured(),
        "PROOFUP_LISTEN": f"127.0.0.1:{port}",
        "PROOFUP_PUBLIC_URL": origin,
        "PROOFUP_HASHING__MEMORY_MIB": "19",
        "PROOFUP_HASHING__PASSES": "2",
        "PROOFUP_TEXTS__WEBHOOK": f"http://{carrier.authority}/texts",
        "PROOFUP_TEXTS__SECRET": SECRET,
        "PROOFUP_OUTBOUND_ALLOW": carrier.authority,
        "PROOFUP_SMTP__HOST": "127.0.0.1",
        "PROOFUP_SMTP__PORT": str(post_office.port),
        "PROOFUP_SMTP__SECURITY": "none",
        "PROOFUP_SMTP__SENDER": "Contoso sign-in <security@contoso.test>",
        # Each browser says that it comes from a network of its own: limits are per network.
        "PROOFUP_TRUSTED_PROXIES": "127.0.0.0/8",
        **more,
    }
    service = Service(folder, environment, origin)
    told = [
        "--organisation",
        "Contoso",
        "--public-url",
        origin,
        "--admin",
        "kim@contoso.test",
        "--demand",
        "perUser",
    ]
    service.proofup("init", *told)
    service.bring(accounts)
    log = (folder / "service.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "proofup", "serve", "--folder", str(folder)],
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        _wait_for(port, process, log)
        yield service
    finally:
        process.terminate()
        process.wait(STOPPING_SECONDS)
        log.seek(0)
        said = log.read()
        log.close()
    assert "Traceback" not in said, said
    assert not TOLD_NOBODY.search(said), "a log names no number or code"


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Any) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    log.seek(0)
    pytest.fail(f"the service did not start: {log.read()}")
