"""The whole service in this process, with a world to look behind it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proofup.assembly.service import Service, build
from proofup.config.addresses import Listen
from proofup.config.settings import Calls, Kannel, Legacy, Metrics, Settings, Texts
from proofup.hashing.pool import Argon2idPool
from proofup.values.secret import Secret
from proofup.web.public_url import PublicUrl
from visitor import ORIGIN, Visitor
from world import CHEAP, World

CARRIER_SECRET = "a-secret-of-32-letters-or-more-x"

NewVisitor = Callable[[], Visitor]


@pytest.fixture
def calls() -> Calls | None:
    """Give the carrier for calls, which most stories do without."""
    return None


@pytest.fixture
def metrics() -> Metrics | None:
    """Give who may read the figures; in most stories nobody."""
    return None


@pytest.fixture
def legacy() -> Legacy | None:
    """Give which server may ask about app passwords; in most stories none."""
    return None


@pytest.fixture
def service(
    world: World,
    calls: Calls | None,
    metrics: Metrics | None,
    legacy: Legacy | None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Service]:
    """Give the service on the world's store, at the world's time, with cheap hashes."""
    settings = Settings(
        folder=Path(),
        public_url=PublicUrl.of(ORIGIN),
        listen=(Listen("127.0.0.1", 8080),),
        database=Secret("sqlite:///unused"),
        key_file=Path("unused"),
        organisation=world.organisation,
        texts=Texts(
            webhook="https://sms.contoso.test/texts",
            secret=Secret(CARRIER_SECRET),
            kannel=Kannel(url="https://kannel.contoso.test", user="u", password=Secret("p")),
        ),
        smtp=world.settings.smtp,
        calls=calls,
        metrics=metrics,
        legacy=legacy,
    )
    hashing = Argon2idPool(world.store.keys, entropy=world.entropy, cost=CHEAP)
    yield build(settings, world.store, hashing, clock=lambda: world.now, entropy=world.entropy)
    hashing.close()


@pytest.fixture
def visitor(service: Service) -> Visitor:
    """Give somebody's browser."""
    return Visitor(service.app)


@pytest.fixture
def another_visitor(service: Service) -> Visitor:
    """Give another browser, in another network."""
    return Visitor(service.app, address="198.51.100.7")


@pytest.fixture
def new_visitor(service: Service) -> NewVisitor:
    """Give as many browsers as a test asks for."""
    return lambda: Visitor(service.app)
