"""The service as an operator runs it, with a carrier, a mail server and a browser."""

import csv
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.outside import SECRET, Carrier, PostOffice, free_port
from browser.person import Account, Person

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTING_SECONDS = 30
STOPPING_SECONDS = 30
PEOPLE = 24
PASSWORD = "a long walk by the sea"

NewPerson = Callable[..., Person]
NewAccount = Callable[[], Account]


@pytest.fixture(scope="session")
def carrier() -> Iterator[Carrier]:
    """Give the carrier that takes the service's texts."""
    with closing(Carrier()) as opened:
        yield opened


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    """Give the server that takes the service's mails."""
    with closing(PostOffice()) as opened:
        yield opened


@pytest.fixture(scope="session")
def accounts() -> tuple[Account, ...]:
    """Return people who have a phone; each test takes some for itself."""
    return tuple(
        Account(
            name=f"robin{number}@contoso.test",
            password=PASSWORD,
            number=f"+44 77009001{number:02}",
            mail=f"robin{number}@fabrikam.test",
        )
        for number in range(PEOPLE)
    )


@pytest.fixture(scope="session")
def origin(
    carrier: Carrier,
    post_office: PostOffice,
    accounts: tuple[Account, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Run the service by its command line, and return its origin."""
    folder = tmp_path_factory.mktemp("service")
    port = free_port()
    url = f"http://localhost:{port}"
    environment = os.environ | {
        "PROOFUP_LISTEN": f"127.0.0.1:{port}",
        "PROOFUP_PUBLIC_URL": url,
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
    }

    def proofup(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "proofup", *words, "--folder", str(folder)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    proofup("init", "--organisation", "Contoso", "--public-url", url, "--admin", "kim@contoso.test")
    rows = folder / "people.csv"
    with rows.open("w", newline="", encoding="utf-8") as out:
        written = csv.writer(out)
        written.writerow(
            ["userPrincipalName", "displayName", "mail", "authenticationPhone", "password"]
        )
        written.writerows(
            [one.name, "Robin Ashby", one.mail, one.number, one.password] for one in accounts
        )
    proofup("import", "users", str(rows))
    log = (folder / "service.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "proofup", "serve", "--folder", str(folder)],
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        _wait_for(port, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(STOPPING_SECONDS)
        log.seek(0)
        said = log.read()
        log.close()
    assert "Traceback" not in said, said
    assert not re.search(r"\+4477009001|\b\d{3} \d{3} ?is\b", said), "a log names no number or code"


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


@pytest.fixture(scope="session")
def taken() -> Iterator[int]:
    """Count the accounts that tests have taken."""
    return count()


@pytest.fixture
def account(accounts: tuple[Account, ...], taken: Iterator[int]) -> Account:
    """Give somebody whom no other test has touched."""
    return accounts[next(taken)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the browser, once for a module: two of these cannot be open in one process."""
    if not CHROMIUM.exists():
        pytest.skip(f"NO BROWSER: {CHROMIUM} is not there, so no page was seen by one")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def new_person(chromium: Browser, origin: str) -> Iterator[NewPerson]:
    """Make people with browsers; all are closed at the end."""
    made: list[Person] = []

    def new_person(**options: Any) -> Person:
        made.append(Person(chromium, origin, **options))
        return made[-1]

    yield new_person
    for person in made:
        person.close()
