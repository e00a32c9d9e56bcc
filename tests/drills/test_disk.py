"""Drills D4 and D5: a disk that is full, read-only or broken, and then is not.

The real server on SQLite; a preloaded library makes system calls on its database fail.
"""

import errno
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from drills.running import Running, phone_of, running, to_code
from visitor import Page, Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
SOURCE = Path(__file__).with_name("faulty_disk.c")
HERS, HIS = 0, 1


class Disk:
    """The disk under the database."""

    def __init__(self, faults: Path) -> None:
        self._faults = faults

    def fails(self, what: str, error: int) -> None:
        self._faults.write_text(f"{what} {error}")

    def works(self) -> None:
        self._faults.unlink()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("NOT TESTED WITH A FAILING DISK: there is no C compiler (cc)")
    made = tmp_path_factory.mktemp("faulty") / "faulty_disk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", made, SOURCE, "-ldl"], check=True)
    return made


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "faults")


@pytest.fixture
async def service(
    library: Path, disk: Disk, service_folder: Path, tmp_path: Path
) -> AsyncIterator[Running]:
    environment = {
        "LD_PRELOAD": str(library),
        "DRILL_FAULTS": str(tmp_path / "faults"),
        "DRILL_FAULTY_PATH": "/proofup.db",
    }
    with running(service_folder, environment) as made:
        made.start()
        yield made
        await made.leave()


async def sign_in(service: Running, number: int) -> Visitor:
    visitor = service.visitor(number)
    await to_code(visitor, number)
    return await finish(service, visitor, number)


async def finish(service: Running, visitor: Visitor, number: int) -> Visitor:
    page = await visitor.send("/signin/challenge", code=service.carrier.code_to(phone_of(number)))
    assert page.path == "/myapps", page.text
    return visitor


def is_refused(page: Page) -> bool:
    """Return whether a page reports a failure or an unknown outcome."""
    is_clean = "Nothing was done" in page.text and int(page.headers["retry-after"]) > 0
    return page.status == 503 and (is_clean or "Perhaps done" in page.text)


def examine(service: Running) -> None:
    with closing(sqlite3.connect(service.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    verified = service.command("audit", "verify")
    assert verified.returncode == 0, verified.stderr


@pytest.mark.parametrize(
    ("what", "error"),
    [
        pytest.param("write", errno.ENOSPC, id="D4-full"),
        pytest.param("write", errno.EROFS, id="D5-read-only"),
        pytest.param("write", errno.EIO, id="D5-broken"),
        pytest.param("sync", errno.EIO, id="D5-no-sync"),
    ],
)
async def test_D4_D5_nothing_is_said_to_be_done_that_the_disk_did_not_keep(
    service: Running, disk: Disk, what: str, error: int
) -> None:
    hers = await sign_in(service, HERS)
    his = service.visitor(HIS)
    await to_code(his, HIS)
    code = service.carrier.code_to(phone_of(HIS))
    disk.fails(what, error)
    for _ in range(3):
        assert (await hers.open("/security-info")).status == 200
        assert (await his.open("/signin/challenge")).status == 200
        page = await his.send("/signin/challenge", code=code)
        assert is_refused(page), page.text
        assert (await hers.open("/healthz")).status == 200
        page = await service.visitor(7).open("/signin")
        assert page.status == 200
    disk.works()
    # The same process continues, and the refused act succeeds now.
    page = await his.open("/signin/challenge")
    if page.path == "/signin/challenge":
        page = await his.send("/signin/challenge", code=code)
    assert page.path == "/myapps", page.text
    service.kill()
    service.start()
    for visitor in (hers, his):
        page = await visitor.open("/security-info")
        assert (page.status, page.path) == (200, "/security-info")
    assert service.stop() == 0
    examine(service)
    told = [line["message"] for line in service.log() if line["logger"].endswith("group_commit")]
    assert [message.partition(":")[0] for message in told] == [
        "the database takes no writes",
        "the database takes writes again",
    ]
    assert not [line for line in service.log() if "exception" in line]
