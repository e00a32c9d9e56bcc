import asyncio
import time
from datetime import timedelta

import psycopg
import pytest

from conftest import KEY_ENCRYPTION_KEY
from postgres import Server
from proofup.directory.users import RaiseEpoch, RequireEpoch
from proofup.methods.registered_methods import AddMethod
from proofup.policy.limits import Charge, Limit, ResetCounters
from proofup.storage.postgresql import PostgresqlEngine
from proofup.storage.statements import Steps, rows, touched
from proofup.storage.store import Store, open_store
from proofup.values.errors import StoreBusyError, UnknownOutcomeError
from proofup.values.ids import Entropy, UserId
from storage.samples import MINUTE, ROBIN, START, message, method, user

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.engine("postgresql"),
]
RAISE = "UPDATE accounts SET epoch = epoch + 1 WHERE user_id = ?"
BREAKS_AT_COMMIT = """
CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER break_off AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION break_off();
"""
REFUSES_AT_COMMIT = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '55P03'; END $$;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION refuse();
"""
OTHERS = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
READ = "SELECT seq_tup_read, idx_scan FROM pg_stat_user_tables WHERE relname = %s"
ENDING_SECONDS = 30
END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def outside(url: str, sql: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.encode())


def read_from(url: str, table: str) -> tuple[int, int]:
    """Return how many rows of ``table`` were read sequentially, and how often an index was used.

    A connection reports its statistics only when it ends, and closing it does not wait for that.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        until = time.monotonic() + ENDING_SECONDS
        while connection.execute(OTHERS).fetchone() is not None:
            assert time.monotonic() < until, "a connection does not end"
            time.sleep(0.01)
        found = connection.execute(READ, [table]).fetchone()
    assert found is not None
    return found[0], found[1]


async def epoch(store: Store, user_id: UserId = ROBIN) -> int:
    found = await store.people.by_id(user_id)
    assert found
    return found.account.epoch


async def test_a_connection_that_breaks_during_the_commit_leaves_it_open(
    store: Store, store_url: str
) -> None:
    outside(store_url, BREAKS_AT_COMMIT)
    with pytest.raises(UnknownOutcomeError):
        await store.commit(user())
    outside(store_url, "DROP TRIGGER break_off ON users")
    assert await store.people.by_id(ROBIN) is None
    await store.commit(user())


async def test_connections_that_broke_before_are_replaced_and_nobody_notices(
    store: Store, store_url: str
) -> None:
    await store.commit(user())
    await asyncio.gather(*(store.commit(RaiseEpoch(user_id=ROBIN)) for _ in range(20)))
    outside(store_url, END_ALL)
    assert await epoch(store) == 20
    await asyncio.gather(*(store.commit(RaiseEpoch(user_id=ROBIN)) for _ in range(20)))
    assert await epoch(store) == 40


async def test_two_who_block_each_other_both_come_through(store: Store) -> None:
    kim = UserId("kim")
    await store.commit(user(), user(kim))
    met = asyncio.Barrier(2)

    async def both(first: UserId, second: UserId) -> None:
        def steps() -> Steps[None]:
            yield from touched(RAISE, first)
            yield from touched("SELECT pg_sleep(0.2)")
            yield from touched(RAISE, second)

        await met.wait()
        await store.engine.write(steps)

    await asyncio.gather(both(ROBIN, kim), both(kim, ROBIN))
    assert (await epoch(store), await epoch(store, kim)) == (2, 2)


async def test_a_server_that_is_not_there_is_busy(
    postgres_server: Server, entropy: Entropy, store: Store
) -> None:
    with pytest.raises(StoreBusyError):
        await open_store(
            "postgresql:///nowhere?host=/nonexistent",
            key_encryption_key=KEY_ENCRYPTION_KEY,
            entropy=entropy,
        )


async def test_a_server_that_does_not_answer_is_busy(
    monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    monkeypatch.setattr("proofup.storage.postgresql_pools.WAIT_SECONDS", 0.05)
    with pytest.raises(StoreBusyError):
        await PostgresqlEngine.open("postgresql:///nowhere?host=/nonexistent")


async def test_a_commit_that_the_server_refuses_is_busy(store: Store, store_url: str) -> None:
    outside(store_url, REFUSES_AT_COMMIT)
    with pytest.raises(StoreBusyError):
        await store.commit(user())
    assert await store.people.by_id(ROBIN) is None


async def test_a_transaction_that_breaks_its_connection_each_time_is_given_up(
    store: Store,
) -> None:
    end = "SELECT pg_terminate_backend(pg_backend_pid())"
    with pytest.raises(StoreBusyError):
        await store.engine.write(lambda: touched(end))


async def test_a_lock_that_is_never_released_is_busy(store: Store, store_url: str) -> None:
    await store.commit(user())
    with psycopg.connect(store_url) as other:
        other.execute("SELECT 1 FROM accounts FOR UPDATE")

        def steps() -> Steps[None]:
            yield from touched("SET LOCAL lock_timeout = '10ms'")
            yield from touched(RAISE, ROBIN)

        with pytest.raises(StoreBusyError):
            await store.engine.write(steps)
        other.rollback()
    assert await epoch(store) == 0


async def test_an_account_is_held_still_from_the_look_to_the_write(store: Store) -> None:
    """A concurrent revocation waits; it cannot happen between check and write."""
    await store.commit(user())
    await asyncio.gather(
        *(
            store.commit(
                RequireEpoch(user_id=ROBIN, epoch=0),
                AddMethod(method=method(f"m-{n}", f"oath.{n}")),
            )
            for n in range(5)
        )
    )
    assert len(await store.methods.of_user(ROBIN)) == 5


async def test_another_node_is_woken(store: Store, store_url: str, entropy: Entropy) -> None:
    other = await open_store(store_url, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=entropy)
    await other.outbox.wait(timedelta(seconds=10))
    waiting = asyncio.ensure_future(other.outbox.wait(timedelta(hours=1)))
    await store.commit(message())
    async with asyncio.timeout(10):
        await waiting
    assert len(await other.outbox.claim("text", 1, timedelta(minutes=1), START)) == 1
    await other.close()


async def test_it_listens_again_after_its_connection_broke(
    store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.storage.postgresql.LISTEN_AGAIN_SECONDS", 0.01)
    await store.outbox.wait(timedelta(seconds=10))
    waiting = asyncio.ensure_future(store.outbox.wait(timedelta(hours=1)))
    await asyncio.sleep(0)
    outside(store_url, END_ALL)
    async with asyncio.timeout(10):
        await waiting


async def test_a_server_that_went_away_is_not_ready(store: Store) -> None:
    assert await store.ready()
    await store.close()
    assert not await store.ready()


async def test_a_table_that_grows_before_the_server_counts_it_is_not_read_as_a_whole(
    store: Store, store_url: str
) -> None:
    limit = Limit(name="limit", most=5, within=MINUTE)
    for number in range(60):
        keys = [f"counter:{number}:{each}" for each in range(12)]
        await store.counters.charge(*(Charge(key=key, limit=limit) for key in keys), at=START)
        await store.commit(ResetCounters(keys=tuple(keys)))
    await store.engine.close()
    rows_read_in_order, looked_up = read_from(store_url, "counters")
    assert rows_read_in_order == 0
    assert looked_up > 60


async def test_acts_that_wait_share_a_transaction(store: Store) -> None:
    """Every one of 200 sees those before it, and they take far fewer transactions than callers."""
    await store.commit(user())

    def steps() -> Steps[str]:
        yield from touched(RAISE, ROBIN)
        ((transaction,),) = yield from rows("SELECT pg_current_xact_id()::text")
        return str(transaction)

    transactions = await asyncio.gather(*(store.engine.write(steps) for _ in range(200)))
    assert await epoch(store) == 200
    assert len(set(transactions)) < 20


async def test_who_waits_for_a_lock_holds_up_nobody_else(store: Store, store_url: str) -> None:
    """The acts of the shared transaction are written alone, and only one of them waits."""
    kim = UserId("kim")
    await store.commit(user(), user(kim))
    with psycopg.connect(store_url) as other:
        other.execute("SELECT 1 FROM accounts WHERE user_id = 'kim' FOR UPDATE")
        waits = asyncio.ensure_future(store.commit(RaiseEpoch(user_id=kim)))
        await asyncio.gather(*(store.commit(RaiseEpoch(user_id=ROBIN)) for _ in range(20)))
        assert not waits.done()
        other.rollback()
    await waits
    assert (await epoch(store), await epoch(store, kim)) == (20, 1)


async def test_a_mistake_in_a_statement_is_its_callers_alone(store: Store) -> None:
    await store.commit(user())
    answers = await asyncio.gather(
        *(store.commit(RaiseEpoch(user_id=ROBIN)) for _ in range(10)),
        store.engine.write(lambda: touched("SELECT nonsense")),
        return_exceptions=True,
    )
    assert answers[:10] == [None] * 10
    assert isinstance(answers[10], psycopg.errors.UndefinedColumn)
    assert await epoch(store) == 10


async def test_a_connection_that_breaks_during_the_commit_leaves_all_of_it_open(
    store: Store, store_url: str
) -> None:
    outside(store_url, BREAKS_AT_COMMIT)
    answers = await asyncio.gather(
        *(store.commit(user(UserId(f"u-{number}"))) for number in range(20)),
        return_exceptions=True,
    )
    assert {type(answer) for answer in answers} == {UnknownOutcomeError}
    outside(store_url, "DROP TRIGGER break_off ON users")
    assert await store.people.page(after=None, most=1) == []


async def test_more_than_can_wait_is_refused_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.storage.shared_transactions.MOST_WAITING", 10)
    await store.commit(user())
    answers = await asyncio.gather(
        *(store.commit(RaiseEpoch(user_id=ROBIN)) for _ in range(30)), return_exceptions=True
    )
    kinds = [answer and type(answer) for answer in answers]
    assert set(kinds) == {None, StoreBusyError}
    assert await epoch(store) == kinds.count(None)


async def test_a_caller_who_left_disturbs_nobody(store: Store) -> None:
    await store.commit(user())
    leaving = asyncio.ensure_future(store.commit(RaiseEpoch(user_id=ROBIN)))
    await asyncio.sleep(0)
    leaving.cancel()
    await store.commit(RaiseEpoch(user_id=ROBIN))
    with pytest.raises(asyncio.CancelledError):
        await leaving
