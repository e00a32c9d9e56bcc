"""One service for all clients, over HTTPS, with people who have an authenticator app."""

import csv
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.request import urlopen

import bcrypt
import pytest

from browser.app import App
from clients.cloud import KIM, NODE_MODULES, PASSWORD, ROBIN, Account, Cloud

STARTING_SECONDS = 60
BACK = "http://localhost:40565"
PEOPLE = 30
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Start a service that speaks TLS."""
    folder, port = tmp_path_factory.mktemp("cloud") / "service", free_port()
    found = Cloud(
        folder=folder,
        origin=f"https://localhost:{port}",
        environment={
            **os.environ,
            "PROOFUP_LISTEN": f"127.0.0.1:{port}",
            "PROOFUP_HASHING__MEMORY_MIB": "19",
            "PROOFUP_HASHING__PASSES": "2",
        },
    )
    found.command(
        *("init", "--organisation", "Contoso", "--public-url", found.origin),
        *("--admin", KIM, "--admin-password-stdin", "--demand", "perUser"),
        typed=f"{PASSWORD}\n",
    )
    people = folder / "people.csv"
    _write_people(people)
    found.command("import", "users", str(people))
    command = [sys.executable, "-m", "proofup", "serve", "--dev-tls", "--folder", str(folder)]
    with (folder / "serve.log").open("w") as log:
        server = subprocess.Popen(command, env=found.environment, stdout=log, stderr=log)
        try:
            _wait(found)
            yield found
        finally:
            server.terminate()
            server.wait(30)


def _write_people(file: Path) -> None:
    names = ("userPrincipalName", "displayName", "passwordHash", "totpSecret")
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()  # quick to import
    with file.open("w", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(names)
        rows.writerow((ROBIN, "Robin Ashby", hashed, ""))
        for number in range(PEOPLE):
            rows.writerow((_name(number), f"Ash Quill {number}", hashed, SECRET))


def _name(number: int) -> str:
    return f"ash.quill{number}@contoso.test"


def _wait(cloud: Cloud) -> None:
    ends = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            trust = ssl.create_default_context(cafile=str(cloud.authority_file))
            with urlopen(f"{cloud.origin}/readyz", timeout=5, context=trust):  # noqa: S310 - https
                return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def account(numbers: Iterator[int]) -> Account:
    """Give somebody whose code nobody has typed yet."""
    return Account(name=_name(next(numbers)), app=App(SECRET))


@pytest.fixture
def trusted(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Let clients in this process trust the authority of the service, as their manuals say."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cloud.authority_file))
    monkeypatch.setenv("SSL_CERT_FILE", str(cloud.authority_file))
    return cloud


@pytest.fixture(scope="session")
def node(cloud: Cloud) -> Cloud:
    """Give the service to clients in JavaScript."""
    if not shutil.which("node") or not NODE_MODULES.exists():
        pytest.skip("NOT TESTED WITH JAVASCRIPT CLIENTS: node is not installed, or not they")
    return cloud
