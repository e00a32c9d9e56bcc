"""KE1 and KE4: known secrets are used in the running service, and then searched for everywhere."""

import asyncio
import base64
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import psycopg
import pytest

from browser.outside import SECRET, Carrier, PostOffice, free_port, plain_text
from journeys.steps import secret_of
from postgres import Server
from proofup.methods.time_based_code import hotp
from unmeasured import unmeasured
from visitor import Page, Visitor

pytestmark = pytest.mark.slow

NAME = "robin.planted@contoso.test"
MAIL = "robin@fabrikam.test"
PASSWORD = "planted walk by the sea 5f2c9e"
MISTYPED = "planted walk by the see 5f2c9e"
OLD, NEW = "+447700900067", "+447700900142"
LINK = re.compile(r"/not-me/([\w-]+)")


@dataclass
class Planted:
    """All secrets that must not be found, in every encoding that a program might use."""

    words: dict[str, bytes] = field(default_factory=dict)

    def number(self, name: str, e164: str) -> None:
        national = e164.removeprefix("+44")
        self.word(name, national)
        self.word(f"{name}, grouped", f"{national[:4]} {national[4:]}")

    def app_key(self, key: str) -> None:
        raw = base64.b32decode(key + "=" * (-len(key) % 8))
        self.word("app key", key)
        self.words |= {"app key, raw": raw, "app key, in hex": raw.hex().encode()}
        self.words["app key, in base 64"] = base64.b64encode(raw).rstrip(b"=")

    def code(self, name: str, code: str) -> None:
        # Six digits occur in any long hexadecimal number, but not in the spelling shown to people.
        self.words[name] = f"{code[:3]} {code[3:]}".encode()

    def word(self, name: str, text: str) -> None:
        self.words[name] = text.encode()
        self.words[f"{name}, in hex"] = text.encode().hex().encode()

    def found_in(self, kept: bytes) -> list[str]:
        return [name for name, word in self.words.items() if word in kept]


class FarVisitor(Visitor):
    """A visitor of a service in another process."""

    def __init__(self, url: str) -> None:
        self.http = httpx2.AsyncClient(base_url=url)
        self.page = Page(0, "", "", httpx2.Headers(), [], "", "")


@dataclass
class House:
    """A running service with its carriers."""

    url: str
    process: "subprocess.Popen[bytes]"
    folder: Path
    log: Path
    carrier: Carrier
    post_office: PostOffice


@pytest.fixture
def database(request: pytest.FixtureRequest, engine_name: str) -> str | None:
    """Give the URL of an empty PostgreSQL database; None lets ``init`` make a file."""
    if engine_name == "sqlite":
        return None
    server: Server = request.getfixturevalue("durable_server")
    return server.create("planted")


@pytest.fixture
def house(tmp_path: Path, database: str | None) -> Iterator[House]:
    folder, port = tmp_path / "service", free_port()
    url = f"http://localhost:{port}"
    with closing(Carrier()) as carrier, closing(PostOffice()) as post_office:
        carrier.confirms = False  # a receipt could come after the service has ended
        environment = unmeasured() | {
            "PROOFUP_LISTEN": f"127.0.0.1:{port}",
            "PROOFUP_LOG_LEVEL": "debug",
            "PROOFUP_HASHING__MEMORY_MIB": "19",
            "PROOFUP_HASHING__PASSES": "2",
            "PROOFUP_ORGANISATION__DEFAULT_REGION": "GB",
            "PROOFUP_TEXTS__WEBHOOK": f"http://{carrier.authority}/texts",
            "PROOFUP_TEXTS__SECRET": SECRET,
            "PROOFUP_OUTBOUND_ALLOW": carrier.authority,
            "PROOFUP_SMTP__HOST": "127.0.0.1",
            "PROOFUP_SMTP__PORT": str(post_office.port),
            "PROOFUP_SMTP__SECURITY": "none",
            "PROOFUP_SMTP__SENDER": "Contoso sign-in <security@contoso.test>",
        }
        words = ("--organisation", "Contoso", "--public-url", url, "--admin", NAME)
        more = ("--admin-mail", MAIL, "--admin-password-stdin")
        where = ("--database", database) if database else ()
        subprocess.run(
            [sys.executable, "-m", "proofup", "init", "--folder", folder, *words, *more, *where],
            input=PASSWORD.encode() + b"\n",
            env=environment,
            check=True,
            capture_output=True,
        )
        log = tmp_path / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "proofup", "serve", "--folder", folder],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=out,
            )
        try:
            assert process.stdout
            assert process.stdout.readline().startswith(b"Proofup answers")
            yield House(url, process, folder, log, carrier, post_office)
        finally:
            process.terminate()
            process.communicate(timeout=60)


async def take_the_trip(house: House) -> Planted:
    """Register a phone and an app, sign in by text, mistype, change the phone."""
    planted = Planted()
    planted.word("password", PASSWORD)
    planted.word("mistyped password", MISTYPED)
    planted.number("number", OLD)
    planted.number("new number", NEW)
    visitor = FarVisitor(house.url)

    async def code_of(name: str, number: str) -> str:
        code = await asyncio.to_thread(house.carrier.code_to, number)
        planted.code(f"code {name}", code)
        return code

    await visitor.open("/signin")
    await visitor.send("/signin", username=NAME)
    await visitor.send("/signin/password", password=MISTYPED)
    await visitor.send("/signin/password", password=PASSWORD)
    await visitor.open("/security-info/add")
    await visitor.send("/security-info/add", kind="phone")
    await visitor.send("/security-info/phone", number=OLD, country="GB")
    code = await code_of("to register", OLD)
    await visitor.send(visitor.page.path, code="000 000" if code != "000000" else "111 111")
    await visitor.send(visitor.page.path, code=code)
    assert visitor.page.path == "/proofup", visitor.page.text  # administrators must have one
    await visitor.send("/signin/continue")

    await visitor.open("/security-info/add")
    await visitor.send("/security-info/add", kind="softwareOath")
    key = secret_of(visitor.page)
    planted.app_key(key)
    raw = base64.b32decode(key + "=" * (-len(key) % 8))
    shown = hotp(raw, int(time.time()) // 30)
    await visitor.send(visitor.page.path, code=shown)
    assert visitor.query()["done"] == "softwareOath-added", visitor.page.text

    await visitor.open("/security-info/phone")
    await visitor.send("/security-info/phone", number=NEW, country="GB")
    await visitor.send(visitor.page.path, code=await code_of("of the change", NEW))
    assert visitor.query()["done"] == "phone-changed", visitor.page.text
    mails = [await asyncio.to_thread(house.post_office.mail_to, MAIL) for _ in range(3)]
    for number, mail in enumerate(mails):
        found = LINK.search(plain_text(mail))
        assert found
        planted.word(f"link {number}", found[1])
    for name, value in visitor.http.cookies.items():
        planted.word(f"cookie {name}", value)
    await visitor.http.aclose()
    return planted


def everything_under(folder: Path) -> bytes:
    return b"\0".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def kept(house: House, database: str | None, request: pytest.FixtureRequest) -> bytes:
    """Return every byte at rest: database, write-ahead log, and deleted data."""
    if database is None:
        return everything_under(house.folder)
    server: Server = request.getfixturevalue("durable_server")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    return everything_under(house.folder) + everything_under(server.folder / "data")


def test_KE1_KE4_what_is_secret_is_found_nowhere(
    house: House, database: str | None, request: pytest.FixtureRequest
) -> None:
    planted = asyncio.run(take_the_trip(house))
    assert len(planted.words) > 20
    at_rest = kept(house, database, request)
    assert NAME.encode() in at_rest, "what is no secret is found, so the search finds things"
    assert planted.found_in(at_rest) == []
    house.process.terminate()
    out, _ = house.process.communicate(timeout=60)
    said = out + house.log.read_bytes()
    assert planted.found_in(said) == []
    for name, word in planted.words.items():
        if name.startswith("code"):
            digits = word.replace(b" ", b"")
            assert not re.search(rb"(?<![\da-f])" + digits + rb"(?![\da-f])", said), name
