"""The whole service in this process, with a world to look behind it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proofup import app as root
from proofup.config.addresses import Listen
from proofup.config.settings import Settings
from proofup.hashing.cost import Cost
from proofup.values.secret import Secret
from proofup.web.public_url import PublicUrl
from visitor import ORIGIN, Visitor
from world import CHEAP, World

Visit = Callable[[], Visitor]


@pytest.fixture
def service(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[root.Service]:
    """Give the service on the world's store, at the world's time, with cheap hashes."""

    def cheap(_: Settings) -> Cost:
        return CHEAP

    monkeypatch.setattr(root, "_cost", cheap)
    settings = Settings(
        folder=Path(),
        public_url=PublicUrl.of(ORIGIN),
        listen=Listen("127.0.0.1", 8080),
        database=Secret("sqlite:///unused"),
        key_file=Path("unused"),
        organisation=world.organisation,
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
