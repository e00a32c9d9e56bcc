"""The whole service in this process, with a world to look behind it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proofup import app as root
from proofup.config.addresses import Listen
from proofup.config.settings import Calls, Kannel, Metrics, Settings, Texts
from proofup.hashing.cost import Cost
from proofup.pages import pages
from proofup.pages.environments import Compiled
from proofup.values.secret import Secret
from proofup.web.public_url import PublicUrl
from visitor import ORIGIN, Visitor
from world import CHEAP, World

CARRIER_SECRET = "a-secret-of-32-letters-or-more-x"

NewVisitor = Callable[[], Visitor]
COMPILED = Compiled()  # by the first test that needs them, and kept for the others


@pytest.fixture
def calls() -> Calls | None:
    """Give the carrier for calls, which most stories do without."""
    return None


@pytest.fixture
def metrics() -> Metrics | None:
    """Give who may read the figures; in most stories nobody."""
    return None


@pytest.fixture
def service(
    world: World, calls: Calls | None, metrics: Metrics | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[root.Service]:
    """Give the service on the world's store, at the world's time, with cheap hashes."""

    def cheap(_: Settings) -> Cost:
        return CHEAP

    monkeypatch.setattr(root, "_cost", cheap)
    monkeypatch.setattr(pages, "Compiled", lambda: COMPILED)
    settings = Settings(
        folder=Path(),
        public_url=PublicUrl.of(ORIGIN),
        listen=Listen("127.0.0.1", 8080),
        database=Secret("sqlite:///unused"),
        key_file=Path("unused"),
        organisation=world.organisation,
        texts=Texts(
            webhook="https://sms.contoso.test/texts",
            secret=Secret(CARRIER_SECRET),
            kannel=Kannel(url="https://kannel.contoso.test", user="u", password=Secret("p")),
        ),
        calls=calls,
        metrics=metrics,
    )
    joined = root.build(settings, world.store, clock=lambda: world.now, entropy=world.entropy)
    yield joined
    joined.hashing.close()


@pytest.fixture
def visitor(service: root.Service) -> Visitor:
    """Give somebody's browser."""
    return Visitor(service.app)


@pytest.fixture
def another_visitor(service: root.Service) -> Visitor:
    """Give another browser, in another network."""
    return Visitor(service.app, address="198.51.100.7")


@pytest.fixture
def new_visitor(service: root.Service) -> NewVisitor:
    """Give as many browsers as a test asks for."""
    return lambda: Visitor(service.app)
