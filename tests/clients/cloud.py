"""The service as clients meet it, and the programs that are run against it."""

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from itertools import count
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import httpx2
import pytest

from browser.app import App
from proofup.cli.program import main

PASSWORD = "a long walk by the sea"
ROBIN = "robin.ashby@contoso.test"
KIM = "kim.larsen@contoso.test"
NODE_MODULES = Path(__file__).parents[2] / ".venv" / "clients" / "node_modules"
ORIGIN, SITE = "https://id.example.org", "https://site.example.org"  # as the pages write them
PATIENCE_SECONDS = 60

HOST = urlsplit(ORIGIN).netloc

numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody with an authenticator app."""

    name: str
    app: App = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """A running service: where it is, whom it is trusted by, and its command line."""

    folder: Path
    origin: str
    environment: dict[str, str]

    @property
    def authority_file(self) -> Path:
        return self.folder / "dev-authority.pem"

    @property
    def trust(self) -> ssl.SSLContext:
        """What a client in this process verifies the service by."""
        return ssl.create_default_context(cafile=str(self.authority_file))

    @property
    def trusting(self) -> dict[str, str]:
        """The environment in which each kind of client trusts the authority of the service."""
        file = str(self.authority_file)
        names = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")
        return {**self.environment, **dict.fromkeys(names, file)}

    def command(self, *words: str, typed: str = "") -> None:
        """Run a command as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "proofup", *words, "--folder", str(self.folder)],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def proofup(self, *words: str) -> Any:
        """Run a command in this process, which is quicker, and return its facts."""
        # In a thread of its own: Playwright has a loop running in this one.
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(self._run, words).result()

    def _run(self, words: tuple[str, ...]) -> Any:
        with redirect_stdout(StringIO()) as said, pytest.raises(SystemExit) as ended:
            main([*words, "--json", "--folder", str(self.folder)])
        assert not ended.value.code, words
        return json.loads(said.getvalue().splitlines()[-1])

    def application(self, name: str, *arguments: str) -> dict[str, str]:
        """Register an application, and return what a client needs."""
        found: dict[str, str] = self.proofup("app", "create", name, *arguments)
        return found

    def granted(self, name: str, *permissions: str, arguments: tuple[str, ...] = ()) -> Any:
        """Register an application with permissions."""
        told = self.application(f"{name} {next(numbers)}", *arguments)
        self.proofup("app", "grant", told["clientId"], *permissions)
        return told

    def filled(self, lines: str, told: Mapping[str, str], site: str = SITE) -> str:
        """Return the lines of a page with this service in the place of the page's examples."""
        own = urlsplit(self.origin)
        for example, here in (
            (f"Set(['{HOST}'])", f"Set(['{own.hostname}'])"),  # these clients know no port
            (f'["{HOST}"]', f'["{own.hostname}"]'),
            (ORIGIN, self.origin),
            (HOST, own.netloc),
            (SITE, site),
            ("TENANT_ID", told["tenantId"]),
            ("CLIENT_ID", told["clientId"]),
            ("CLIENT_SECRET", told.get("clientSecret", "")),
        ):
            lines = lines.replace(example, here)
        return lines

    def program(self, folder: Path, language: str, lines: str) -> list[str]:
        """Write a program into ``folder``, and return the command that runs it."""
        if language == "python":
            file = folder / "program.py"
            file.write_text(lines, encoding="utf-8")
            return [sys.executable, str(file)]
        modules = folder / "node_modules"
        if not modules.exists():
            modules.symlink_to(NODE_MODULES)
        file = folder / "program.mjs"
        file.write_text(lines, encoding="utf-8")
        return ["node", str(file)]

    def prints(
        self, folder: Path, language: str, lines: str, *, typed: str = "", **environment: str
    ) -> str:
        """Run a program to its end, and return what it printed."""
        done = subprocess.run(
            self.program(folder, language, lines),
            cwd=folder,
            env={**self.trusting, **environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def running(self, command: list[str], folder: Path, **environment: str) -> Iterator[IO[str]]:
        """Run a program in the background, and give what it prints."""
        with (folder / "errors").open("w") as errors:
            started = subprocess.Popen(
                command,
                cwd=folder,
                env={**self.trusting, **environment},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
            assert started.stdout
            try:
                yield started.stdout
            finally:
                started.terminate()
                started.communicate(timeout=PATIENCE_SECONDS)


def opens(address: str) -> None:
    """Wait until something answers at ``address``."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            httpx2.get(address, timeout=5)
        except httpx2.TransportError:
            assert time.monotonic() < ends, f"nothing answers at {address}"
            time.sleep(0.1)
        else:
            return
