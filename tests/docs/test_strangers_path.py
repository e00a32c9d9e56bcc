"""The path of a stranger: from a checkout to a sign-in through nginx, by the documents alone."""

import asyncio
import base64
import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
import trustme

from browser.outside import SECRET, Carrier, free_port
from cli.conftest import CHEAP
from docs.plain_folder import TOP, PlainFolder, words_of
from journeys.steps import secret_of, to_new_app
from postgres import NoServerError, Server, running_server
from proofup.methods.time_based_code import hotp
from visitor import Visitor

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
PAGE = (TOP / "docs" / "operators" / "install.md").read_text(encoding="utf-8")
NAME = "id.contoso.example"
MOST_COMMANDS = 8

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.postgresql,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]


def documented() -> list[str]:
    """Return the commands of the first block of the page."""
    (block, *_) = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [str(line) for line in block.splitlines()]


def check_documented() -> str:
    """Return the command that the page shows for looking at everything afterwards."""
    (found,) = re.findall(r"`(sudo\s+-u proofup [^`]* doctor [^`]*)`", PAGE)
    return " ".join(found.split())


class Machine:
    """A folder with nginx and PostgreSQL, whose ``systemctl`` starts what a unit says."""

    def __init__(self, root: Path, server: Server, carrier: Carrier) -> None:
        self.authority = trustme.CA()
        self.root = root
        self.https, self.http, self.app = free_port(), free_port(), free_port()
        self.origin = f"https://localhost:{self.https}"
        self.folder = PlainFolder(
            root,
            instead={
                f"https://{NAME}": self.origin,
                NAME: "localhost",
                "https://sms.contoso.example/proofup": f"http://{carrier.authority}/texts",
                "mail.contoso.example": carrier.authority,  # it is only connected to
            },
            environment={
                **CHEAP,
                "PGHOST": str(server.folder),
                "PROOFUP_LISTEN": f"127.0.0.1:{self.app}",
                "PROOFUP_TEXTS__SECRET": SECRET,
                "PROOFUP_OUTBOUND_ALLOW": carrier.authority,
            },
        )
        self.folder.make("opt", "srv", "etc/nginx/conf.d", "etc/ssl", "log")
        issued = self.authority.issue_cert("localhost")
        issued.cert_chain_pems[0].write_to_path(str(root / "etc/ssl/localhost.pem"))
        issued.private_key_pem.write_to_path(str(root / "etc/ssl/localhost.key"))
        self.processes: list[subprocess.Popen[bytes]] = []

    def run(self, command: str) -> str:
        """Run one command of the page."""
        words = words_of(command)
        if words[0] == "useradd":
            folder = Path(self.folder.here(words[words.index("--home-dir") + 1]))
            folder.mkdir(mode=int(words[words.index("--key") + 1].partition("=")[2], 8))
            return ""
        if words[0] == "systemctl":
            assert words[1] in {"enable", "reload"}
            self._start_nginx() if words[1] == "reload" else self._start(Path(words[-1]))
            return ""
        user = "postgres" if "sudo -u postgres" in command else "proofup"
        return self.folder.run(re.sub(r"^sudo -u \w+ ", "", command), PGUSER=user)

    def _start(self, unit: Path) -> None:
        text = (self.root / str(unit)[1:]).read_text()
        (command,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
        self._begin(self.folder.here(str(command)).split(), "service")

    def _start_nginx(self) -> None:
        """Start nginx with what was copied, on ports that are free here."""
        (copied,) = (self.root / "etc/nginx/conf.d").glob("*.conf")
        site = copied.read_text().replace("/etc/ssl/", f"{self.root}/etc/ssl/")
        for port, free in (("443", self.https), ("80", self.http)):
            site = re.sub(rf"(listen (\[::\]:)?){port}\b", rf"\g<1>{free}", site)
        site = site.replace("127.0.0.1:8080", f"127.0.0.1:{self.app}")
        copied.write_text(site)
        config = self.root / "etc/nginx/nginx.conf"
        temporary = "".join(
            f"{what}_temp_path {self.root}/log/{what};"
            for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config.write_text(
            f"daemon off; pid {self.root}/log/pid; user root; error_log {self.root}/log/error;"
            f"events {{}} http {{ access_log off; {temporary} include {copied}; }}"
        )
        tried = subprocess.run(
            [str(NGINX), "-t", "-c", str(config)], capture_output=True, text=True, check=False
        )
        assert tried.returncode == 0, tried.stderr
        self._begin([str(NGINX), "-c", str(config)], "nginx")

    def _begin(self, command: list[str], name: str) -> None:
        environment = os.environ | dict(self.folder.environment) | {"PGUSER": "proofup"}
        with (self.root / "log" / name).open("wb") as log:
            self.processes.append(
                subprocess.Popen(command, stdout=log, stderr=log, env=environment)
            )

    def client(self) -> httpx2.AsyncClient:
        """Return a client that trusts the certificate."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return httpx2.AsyncClient(base_url=self.origin, verify=context, timeout=30)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait(30)

    def said(self) -> str:
        return "".join(file.read_text() for file in (self.root / "log").iterdir() if file.is_file())


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    carrier = Carrier()
    try:
        with running_server() as server:
            made = Machine(tmp_path, server, carrier)
            try:
                yield made
            finally:
                made.stop()
    except NoServerError as error:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {error}")
    finally:
        carrier.close()


async def ready(machine: Machine, client: httpx2.AsyncClient) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        await asyncio.sleep(0.1)
    pytest.fail(machine.said())


async def test_eight_commands_lead_to_a_person_who_signs_in(machine: Machine) -> None:
    commands = documented()
    assert len(commands) <= MOST_COMMANDS
    said = "".join(machine.run(command) for command in commands)
    (password,) = re.findall(r"^Password, shown this once: (.+)$", said, re.MULTILINE)

    visitor = Visitor(machine.origin)
    await visitor.http.aclose()
    async with machine.client() as visitor.http:
        await ready(machine, visitor.http)
        page = await visitor.open("/signin")
        await visitor.send("/signin", username="ada@contoso.example")
        page = await visitor.send("/signin/password", password=password)
        assert page.path == "/proofup", "an administrator must have a second proof"
        assert "Skip for now" not in page.text
        page = await to_new_app(visitor, name="Blue")
        step = int(datetime.now(UTC).timestamp()) // 30
        page = await visitor.send(page.path, code=hotp(base64.b32decode(secret_of(page)), step))
        assert "You're all set" in page.text
        page = await visitor.send("/signin/continue")
        assert page.status == 200
        assert "Ada" in page.text

    assert machine.run(check_documented()) == "", "doctor has nothing to say"
