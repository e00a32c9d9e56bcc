import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.audit.entry import Entry
from proofup.audit.events.accounts import UserAdded
from proofup.directory.users import Account, User
from proofup.methods.protocol import MethodKind, RegisteredMethod
from proofup.storage.arrivals import Arrivals, Gathering
from proofup.storage.bulk import Bulk, LeftOut
from proofup.storage.bulk_connections import bulk_connection
from proofup.storage.imports import Import
from proofup.storage.sealed import METHODS, SealedColumn
from proofup.storage.store import Store
from proofup.values.errors import StaleError, StoreBusyError
from proofup.values.ids import CorrelationId, MethodId, UserId, ordered_id, random_id
from world import START, World

pytestmark = pytest.mark.anyio
BEGUN = START + timedelta(minutes=1)
IMPORT = Import(digest="d" * 64, started_at=BEGUN, correlation_id=CorrelationId("c"))


@pytest.fixture
def bulk(store: Store, store_url: str) -> Iterator[Bulk]:
    connection = bulk_connection(store_url)
    yield Bulk(connection, store.audit)
    connection.close()


def arriving(store: Store, *names: str) -> Arrivals:
    entropy = store.methods.document.entropy
    gathering = Gathering()
    for line, name in enumerate(names, 2):
        user_id = UserId(ordered_id(entropy, BEGUN))
        user = User(id=user_id, user_principal_name=name, display_name="R", created_at=BEGUN)
        method = RegisteredMethod(
            id=MethodId(random_id(entropy)),
            user_id=user_id,
            kind=MethodKind("phone"),
            slot="phone.mobile",
            document=b'{"number": "+44 7700900067"}',
            created_at=BEGUN,
        )
        entry = Entry(
            at=BEGUN,
            event=UserAdded(),
            actor="host",
            target=user_id,
            succeeded=True,
            correlation_id=IMPORT.correlation_id,
        )
        seal = SealedColumn.of(METHODS, store.keys, entropy).sealing()
        account = Account(user_id=user_id)
        gathering.add([line], [user], [account], [method], [entry], seal=seal)
    return gathering.arrivals()


def brought(bulk: Bulk, arrivals: Arrivals, so_far: Import = IMPORT) -> list[LeftOut]:
    told: list[LeftOut] = []
    rows = len(arrivals.lines)
    bulk.bring_in(arrivals, so_far, rows=rows, refused=0, before_commit=told.extend)
    return told


async def test_AU1_people_come_in_with_their_methods_and_each_with_an_entry(
    store: Store, bulk: Bulk
) -> None:
    bulk.begin(IMPORT)
    assert brought(bulk, arriving(store, "robin@contoso.test", "lee@contoso.test")) == []
    for name in ("robin@contoso.test", "lee@contoso.test"):
        person = await store.people.by_name(name)
        assert person
        (method,) = await store.methods.of_user(person.user.id)
        assert method.document == b'{"number": "+44 7700900067"}'
        (entry,) = await store.audit.of_user(person.user.id, most=9)
        assert isinstance(entry.event, UserAdded)
    assert await store.audit.verify() is None
    known = await store.imports.of_file(IMPORT.digest)
    assert known
    assert (known.taken, known.imported, known.refused) == (2, 2, 0)
    bulk.finish(known, BEGUN)
    done = await store.imports.of_file(IMPORT.digest)
    assert done
    assert done.finished_at == BEGUN


async def test_names_of_the_directory_and_of_the_file_are_told_apart(
    world: World, bulk: Bulk
) -> None:
    await world.person("kim@contoso.test")
    bulk.begin(IMPORT)
    first = arriving(world.store, "Robin@contoso.test", "ROBIN@contoso.test", "Kim@contoso.test")
    assert brought(bulk, first) == [
        LeftOut(3, "ROBIN@contoso.test", by_this_import=True),
        LeftOut(4, "Kim@contoso.test", by_this_import=False),
    ]
    so_far = await world.store.imports.of_file(IMPORT.digest)
    assert so_far
    assert (so_far.imported, so_far.refused) == (1, 2)
    assert brought(bulk, arriving(world.store, "robin@contoso.test"), so_far) == [
        LeftOut(2, "robin@contoso.test", by_this_import=True)
    ]
    assert await world.store.audit.verify() is None


async def test_what_another_run_has_done_is_not_done_again(store: Store, bulk: Bulk) -> None:
    bulk.begin(IMPORT)
    brought(bulk, arriving(store, "robin@contoso.test"))
    with pytest.raises(StaleError):
        brought(bulk, arriving(store, "lee@contoso.test"))
    assert await store.people.by_name("lee@contoso.test") is None
    again = replace(IMPORT, started_at=BEGUN + timedelta(days=1))
    bulk.begin(again)
    with pytest.raises(StaleError):
        brought(bulk, arriving(store, "lee@contoso.test"))


async def test_nothing_is_durable_before_it_was_told(store: Store, bulk: Bulk) -> None:
    class DiskFullError(Exception):
        pass

    def tell(_: Sequence[LeftOut]) -> None:
        raise DiskFullError

    bulk.begin(IMPORT)
    arrivals = arriving(store, "robin@contoso.test")
    with pytest.raises(DiskFullError):
        bulk.bring_in(arrivals, IMPORT, rows=1, refused=0, before_commit=tell)
    assert await store.people.by_name("robin@contoso.test") is None
    assert brought(bulk, arrivals) == []


async def test_a_database_that_is_held_is_busy(store: Store, store_url: str, bulk: Bulk) -> None:
    bulk.begin(IMPORT)
    wait = (
        "PRAGMA busy_timeout = 10"
        if store_url.startswith("sqlite")
        else "SET lock_timeout = '10ms'"
    )
    bulk.connection.execute(wait)
    with closing(bulk_connection(store_url)) as other, other.transaction():
        other.execute("UPDATE audit_head SET sequence = sequence WHERE id = 1")
        with pytest.raises(StoreBusyError):
            brought(bulk, arriving(store, "robin@contoso.test"))


async def test_a_name_that_somebody_took_meanwhile_ends_the_batch(
    world: World, bulk: Bulk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person("robin@contoso.test")
    bulk.begin(IMPORT)
    monkeypatch.setattr(Bulk, "taken", lambda *_: {})
    with pytest.raises((StoreBusyError, sqlite3.IntegrityError)):
        brought(bulk, arriving(world.store, "robin@contoso.test"))
    assert await world.store.audit.verify() is None
