"""The whole service, and callers with tokens."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.types import ASGIApp

from graph.caller import Caller
from proofup.assembly.service import Service, build
from proofup.config.settings import Settings, Texts
from proofup.directory.roles import AssignRole
from proofup.directory.users import Person
from proofup.hashing.pool import Argon2idPool
from proofup.values.secret import Secret
from proofup.web.public_url import PublicUrl
from visitor import ORIGIN
from world import CHEAP, World

Calls = Callable[[str | None], Caller]


@pytest.fixture
def service(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    settings = Settings(
        folder=Path(),
        public_url=PublicUrl.of(ORIGIN),
        database=Secret("sqlite:///unused"),
        key_file=Path("unused"),
        organisation=world.organisation,
        texts=Texts(
            webhook="https://sms.contoso.test/texts",
            secret=Secret("a-secret-of-32-letters-or-more-x"),
        ),
        smtp=world.settings.smtp,
    )
    hashing = Argon2idPool(world.store.keys, entropy=world.entropy, cost=CHEAP)
    yield build(settings, world.store, hashing, clock=lambda: world.now, entropy=world.entropy)
    hashing.close()


@pytest.fixture
def app(service: Service) -> ASGIApp:
    return service.app


@pytest.fixture
def calls(app: ASGIApp) -> Calls:
    """Give a program for each token."""

    def caller(token: str | None) -> Caller:
        transport = httpx2.ASGITransport(app=app, client=("203.0.113.24", 40000))
        return Caller(httpx2.AsyncClient(transport=transport, base_url=ORIGIN), token)

    return caller


async def administrator(world: World, role: str, name: str = "kim.larsen@contoso.test") -> Person:
    """Add somebody with a role for everybody."""
    kim = await world.person(name, apps=1, mail=name)
    await world.store.commit(AssignRole(user_id=kim.user.id, role=role))
    return kim
