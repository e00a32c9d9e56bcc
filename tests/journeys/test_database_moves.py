"""Signing in while PostgreSQL moves to another server, and through a pooler."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta

import anyio
import httpx2
import pytest

from conftest import NewUrl, make_template
from journeys.steps import by_app, is_signed_in
from postgres import NoServerError, Server, running_server
from postgres_pair import (
    POOLER_PORT,
    OneAddress,
    demote,
    pooler_of,
    promote,
    standby_of,
    take_no_writes,
)
from proofup.assembly.service import Service
from storage.samples import message
from visitor import ORIGIN, Visitor
from world import World

pytestmark = [pytest.mark.anyio, pytest.mark.engine("postgresql")]
AT_MOST_SECONDS = 30
AT_ONCE = 40
AT_A_TIME = 10  # more than the pooler has connections, fewer than wait for a hash


@pytest.fixture
def primary() -> Iterator[Server]:
    """Give a server of the test's own, with the database of a service."""
    try:
        with running_server() as server:
            anyio.run(make_template, server.create("proofup"))
            yield server
    except NoServerError as error:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {error}")


@pytest.fixture
def standby(primary: Server) -> Iterator[Server]:
    with standby_of(primary) as server:
        yield server


@pytest.fixture
def address(primary: Server) -> Iterator[OneAddress]:
    found = OneAddress(primary)
    yield found
    found.close()


@pytest.fixture
def store_url(request: pytest.FixtureRequest, engine_name: str) -> str:
    """Give the address that moves, or the pooler where a test asks for it."""
    if "pooler" in request.fixturenames:
        return str(request.getfixturevalue("pooler"))
    found: OneAddress = request.getfixturevalue("address")
    return found.url("proofup")


@pytest.fixture
def pooler(postgres_server: Server, new_postgresql_url: NewUrl) -> Iterator[str]:
    """Give a database through PgBouncer, by transactions."""
    if shutil.which("pgbouncer") is None:
        pytest.skip("NOT TESTED THROUGH A POOLER: pgbouncer is not installed")
    database = new_postgresql_url().partition(":///")[2].partition("?")[0]
    with pooler_of(postgres_server) as folder:
        yield f"postgresql:///{database}?host={folder}&port={POOLER_PORT}&user=postgres"


def name_of(number: int) -> str:
    return f"person{number}@contoso.test"


async def readiness(service: Service) -> int:
    transport = httpx2.ASGITransport(app=service.app)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        return (await client.get("/readyz")).status_code


async def signs_in_again(service: Service, world: World, name: str) -> float:
    """Return after how many seconds somebody new can sign in."""
    begun = time.monotonic()
    while time.monotonic() < begun + AT_MOST_SECONDS:
        if await readiness(service) == 200:
            robin = await world.person(name, apps=1)
            assert is_signed_in(await by_app(Visitor(service.app), world, robin))
            return time.monotonic() - begun
        await asyncio.sleep(0.1)
    pytest.fail("nobody can sign in again")


async def test_sign_ins_go_on_after_a_switchover_behind_one_address(
    world: World, service: Service, primary: Server, standby: Server, address: OneAddress
) -> None:
    robin = await world.person(apps=1)
    assert is_signed_in(await by_app(Visitor(service.app), world, robin))
    visitor = Visitor(service.app)
    await visitor.open("/signin")
    demote(primary)
    # The address leads to the old primary for a while, which answers and takes no writes.
    assert await readiness(service) == 503
    assert (await visitor.send("/signin", username="robin.ashby@contoso.test")).status == 503
    page = await visitor.open("/signin")
    assert page.status == 503
    assert "Our database can't be used right now" in page.text
    assert page.headers["retry-after"] == "10"
    promote(standby)
    address.leads_to = standby
    await signs_in_again(service, world, "kim.larsen@contoso.test")
    assert await world.store.people.by_name("robin.ashby@contoso.test")


async def test_a_read_only_answer_lets_all_connections_be_made_anew(
    world: World, service: Service, primary: Server, standby: Server, address: OneAddress
) -> None:
    await asyncio.gather(*(world.person(name_of(number), password=None) for number in range(20)))
    take_no_writes(primary)
    promote(standby)
    address.leads_to = standby
    # No connection was broken, and none was asked: the first write finds out and goes through.
    await world.person(apps=1)
    assert await readiness(service) == 200


async def test_a_server_that_vanished_behind_a_proxy_is_not_waited_for(
    *,
    world: World,
    service: Service,
    primary: Server,
    standby: Server,
    address: OneAddress,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await asyncio.gather(*(world.person(name_of(number), password=None) for number in range(20)))
    monkeypatch.setattr("proofup.storage.postgresql_connection.ANSWER_SECONDS", 0.3)
    address.silent.add(primary.folder)
    promote(standby)
    address.leads_to = standby
    assert await signs_in_again(service, world, "robin.ashby@contoso.test") < AT_MOST_SECONDS


async def test_a_pooler_gives_each_transaction_any_connection(
    world: World, service: Service, pooler: str
) -> None:
    people = [await world.person(name_of(number), apps=1) for number in range(AT_ONCE)]
    for first in range(0, AT_ONCE, AT_A_TIME):
        signed_in = await asyncio.gather(
            *(
                by_app(Visitor(service.app), world, person)
                for person in people[first : first + AT_A_TIME]
            )
        )
        assert all(is_signed_in(page) for page in signed_in)
    assert await readiness(service) == 200


async def test_behind_a_pooler_nobody_listens_and_a_message_still_wakes_its_node(
    world: World, pooler: str
) -> None:
    await world.store.outbox.wait(timedelta(seconds=1))  # as long as finding the pooler takes
    waiting = asyncio.ensure_future(world.store.outbox.wait(timedelta(hours=1)))
    await asyncio.sleep(0)
    await world.store.commit(message())
    async with asyncio.timeout(10):
        await waiting
