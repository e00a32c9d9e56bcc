"""Fixtures for all tests: a real store on either engine, a clock, randomness."""

import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

import anyio
import pytest

from postgres import NoServerError, Server, running_server
from proofup.hashing.pool import Argon2idPool
from proofup.storage.store import Store, open_store
from proofup.values.ids import Entropy
from world import CHEAP, World

TESTS = Path(__file__).parent
ENGINES = ("sqlite", "postgresql")
BOTH_IN = ("storage", "drills")  # folders whose tests are about what the engines do
KEY_ENCRYPTION_KEY = bytes(range(32))
START = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)

NewUrl = Callable[[], str]
"""Makes another database, empty but for its schema and keys, and returns its URL."""


class StoppedClock:
    """A clock that only moves when a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def entropy() -> Entropy:
    """Return a random source that is the same in every run and never repeats within one."""
    return Random(20261121).randbytes  # noqa: S311 - a test that failed must fail again


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    anyio.run(make_template, f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_server())
        except NoServerError as error:
            pytest.skip(f"NOT TESTED ON POSTGRESQL: {error}")
        anyio.run(make_template, server.create("template_proofup"))
        yield server


async def make_template(url: str) -> None:
    store = await open_store(url, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=os.urandom)
    await store.close()


@pytest.fixture
def new_sqlite_url(sqlite_template: Path, tmp_path: Path) -> NewUrl:
    numbers = count(1)

    def new_url() -> str:
        path = tmp_path / f"proofup-{next(numbers)}.db"
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    return new_url


@pytest.fixture
def new_postgresql_url(postgres_server: Server) -> Iterator[NewUrl]:
    made: list[str] = []

    def new_url() -> str:
        name = f"test_{len(made) + 1}"
        url = postgres_server.create(name, template="template_proofup")
        made.append(name)
        return url

    yield new_url
    for name in made:
        postgres_server.drop(name)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with a store on SQLite; on PostgreSQL too in ``BOTH_IN`` or if it is marked so."""
    if "engine_name" not in metafunc.fixturenames:
        return
    folder = metafunc.definition.path.relative_to(TESTS).parts[0]
    marked = metafunc.definition.get_closest_marker("both_engines")
    names = ENGINES if marked or folder in BOTH_IN else ENGINES[:1]
    only = metafunc.definition.get_closest_marker("engine")
    metafunc.parametrize(
        "engine_name",
        [
            pytest.param(name, marks=[pytest.mark.postgresql] if name == "postgresql" else [])
            for name in (only.args if only else names)
        ],
        indirect=True,
    )


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store_url(request: pytest.FixtureRequest, engine_name: str) -> str:
    new_url: NewUrl = request.getfixturevalue(f"new_{engine_name}_url")
    return new_url()


@pytest.fixture
async def store(store_url: str, entropy: Entropy, anyio_backend: str) -> AsyncIterator[Store]:
    """Give a store with nothing in it."""
    opened = await open_store(store_url, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=entropy)
    yield opened
    await opened.close()


@pytest.fixture
def world(store: Store, entropy: Entropy) -> Iterator[World]:
    """Give a small organisation on that store."""
    hashing = Argon2idPool(store.keys, entropy=entropy, cost=CHEAP, cores=1)
    yield World(store=store, entropy=entropy, hashing=hashing)
    hashing.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report how many tests ran on each engine, so that a missing server is noticed."""
    ran = Counter(
        engine
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for engine in ENGINES
        if engine in report.nodeid.rpartition("[")[2].rstrip("]").split("-")
    )
    if ran:
        told = ", ".join(f"{ran[engine]} on {engine}" for engine in ENGINES)
        terminalreporter.write_line(f"tests that used a database: {told}")
