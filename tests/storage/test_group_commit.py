import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from proofup.directory.users import RaiseEpoch
from proofup.methods.registered_methods import AddMethod
from proofup.storage import group_commit
from proofup.storage.sqlite import SqliteEngine, connect
from proofup.storage.statements import Steps, rows, touched
from proofup.storage.store import Store
from proofup.values.errors import SlotTakenError, StoreBusyError
from storage.samples import ROBIN, entry, method, user

pytestmark = [pytest.mark.anyio, pytest.mark.engine("sqlite")]


@pytest.fixture
def path(store_url: str) -> Path:
    return Path(store_url.removeprefix("sqlite:///"))


def writer(store: Store) -> sqlite3.Connection:
    assert isinstance(store.engine, SqliteEngine)
    return store.engine._writer._connection


def damage(path: Path) -> None:
    """Overwrite everything after the first page, which holds the schema."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


@contextmanager
def held_by_another(path: Path) -> Iterator[None]:
    other = connect(path)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_one_who_fails_after_writing_is_undone_alone(store: Store) -> None:
    await store.commit(user(), AddMethod(method=method()))
    answers = await asyncio.gather(
        store.commit(RaiseEpoch(user_id=ROBIN), entry(1)),
        store.commit(RaiseEpoch(user_id=ROBIN), AddMethod(method=method("m-2")), entry(2)),
        store.commit(RaiseEpoch(user_id=ROBIN), entry(3)),
        return_exceptions=True,
    )
    assert [answer and type(answer) for answer in answers] == [None, SlotTakenError, None]
    found = await store.people.by_id(ROBIN)
    assert found
    assert found.account.epoch == 2
    assert await store.audit.of_user(ROBIN, most=5) == [entry(3), entry(1)]
    assert await store.audit.verify() is None


async def test_a_mistake_in_a_statement_is_its_callers_alone(store: Store) -> None:
    await store.commit(user())

    def wrong() -> Steps[int]:
        yield from touched("UPDATE accounts SET epoch = epoch + 1 WHERE user_id = ?", ROBIN)
        return (yield from touched("SELECT nonsense"))

    answers = await asyncio.gather(
        store.commit(RaiseEpoch(user_id=ROBIN)),
        store.engine.write(wrong),
        store.engine.write(lambda: touched("SELECT nonsense")),
        return_exceptions=True,
    )
    kinds = [None, sqlite3.OperationalError, sqlite3.OperationalError]
    assert [answer and type(answer) for answer in answers] == kinds
    found = await store.people.by_id(ROBIN)
    assert found
    assert found.account.epoch == 1


async def test_writes_that_meet_are_committed_together(store: Store) -> None:
    """Every one of 200 sees those before it, and they take far fewer commits than callers."""
    await store.commit(user())
    statements: list[str] = []
    writer(store).set_trace_callback(statements.append)
    await asyncio.gather(*(store.commit(RaiseEpoch(user_id=ROBIN)) for _ in range(200)))
    writer(store).set_trace_callback(None)
    found = await store.people.by_id(ROBIN)
    assert found
    assert found.account.epoch == 200
    assert statements.count("COMMIT") < 20


async def test_a_database_that_another_process_holds_is_busy_and_then_works_again(
    store: Store, path: Path
) -> None:
    writer(store).execute("PRAGMA busy_timeout = 10")
    with held_by_another(path):
        with pytest.raises(StoreBusyError):
            await store.commit(user())
        assert await store.people.by_id(ROBIN) is None  # reads go on
    await store.commit(user())
    assert await store.people.by_id(ROBIN)


async def test_nothing_is_acknowledged_that_found_no_room_on_the_disk(store: Store) -> None:
    await store.commit(user())
    ((pages,),) = await store.engine.rows("PRAGMA page_count")
    writer(store).execute(f"PRAGMA max_page_count = {pages + 2}")
    answers = await asyncio.gather(
        *(
            store.commit(AddMethod(method=method(f"m-{n}", f"oath.{n}", b"x" * 2000)))
            for n in range(10)
        ),
        return_exceptions=True,
    )
    assert {type(answer) for answer in answers} == {StoreBusyError}
    assert await store.methods.of_user(ROBIN) == []
    writer(store).execute("PRAGMA max_page_count = 1000000")
    await store.commit(AddMethod(method=method()))
    assert await store.methods.of_user(ROBIN) == [method()]


async def test_a_full_disk_voids_also_what_was_undone_before(store: Store) -> None:
    await store.commit(user(), AddMethod(method=method()))
    ((pages,),) = await store.engine.rows("PRAGMA page_count")
    writer(store).execute(f"PRAGMA max_page_count = {pages + 2}")
    large = method("m-3", "oath.1", b"x" * 100_000)
    answers = await asyncio.gather(
        store.commit(RaiseEpoch(user_id=ROBIN), AddMethod(method=method("m-2"))),
        store.commit(AddMethod(method=large)),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [StoreBusyError] * 2


async def test_what_only_the_commit_can_refuse_is_refused_to_all_in_it(store: Store) -> None:
    def later_checked() -> Steps[None]:
        yield from touched("PRAGMA defer_foreign_keys = ON")
        yield from touched("INSERT INTO role_assignments (user_id, role) VALUES ('nobody', 'role')")

    answers = await asyncio.gather(
        store.commit(user()), store.engine.write(later_checked), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [sqlite3.IntegrityError] * 2
    assert await store.people.by_id(ROBIN) is None


async def test_a_file_that_was_damaged_is_busy_for_readers(store: Store, path: Path) -> None:
    await store.commit(user())
    writer(store).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(path)
    with pytest.raises(StoreBusyError):
        await store.people.by_id(ROBIN)
    with pytest.raises(StoreBusyError):
        await store.engine.read_long(lambda: rows("SELECT * FROM users"))


async def test_a_mistake_of_a_reader_is_told_as_it_is(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await store.engine.rows("SELECT nonsense")
    with pytest.raises(sqlite3.OperationalError):
        await store.engine.read_long(lambda: rows("SELECT nonsense"))


async def test_more_than_can_wait_is_refused_at_once(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "MOST_WAITING", 3)
    await store.commit(user())
    writer(store).execute("PRAGMA busy_timeout = 10000")
    with held_by_another(path):
        asked = [asyncio.ensure_future(store.commit(RaiseEpoch(user_id=ROBIN))) for _ in range(20)]
        await asyncio.sleep(0)  # each is queued or refused
    answers = await asyncio.gather(*asked, return_exceptions=True)
    kinds = [answer and type(answer) for answer in answers]
    assert set(kinds) == {None, StoreBusyError}
    assert kinds[:3] == [None] * 3
    assert kinds.count(None) <= 6  # three wait, and three may have been taken to be written
    found = await store.people.by_id(ROBIN)
    assert found
    assert found.account.epoch == kinds.count(None)


async def test_a_caller_who_left_disturbs_nobody(store: Store) -> None:
    await store.commit(user())
    leaving = asyncio.ensure_future(store.commit(RaiseEpoch(user_id=ROBIN)))
    failing = asyncio.ensure_future(store.commit(AddMethod(method=method()), user()))
    await asyncio.sleep(0)
    leaving.cancel()
    failing.cancel()
    await store.commit(RaiseEpoch(user_id=ROBIN))
    with pytest.raises(asyncio.CancelledError):
        await leaving
    with pytest.raises(asyncio.CancelledError):
        await failing


async def test_the_log_is_moved_to_the_database_now_and_then(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "CHECKPOINT_EVERY", 2)
    await store.commit(user())
    statements: list[str] = []
    writer(store).set_trace_callback(statements.append)
    for _ in range(4):
        await store.commit(RaiseEpoch(user_id=ROBIN))
    assert any("wal_checkpoint(PASSIVE)" in statement for statement in statements)
    writer(store).set_trace_callback(None)


async def test_DU1_commits_wait_for_the_disk(store: Store) -> None:
    assert isinstance(store.engine, SqliteEngine)
    for connection in (writer(store), store.engine._reader):
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
