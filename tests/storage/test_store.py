import asyncio
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import anyio.to_thread
import pytest

from conftest import KEY_ENCRYPTION_KEY, NewUrl
from proofup.storage import schema
from proofup.storage.errors import DatabaseInUseError, UnknownDatabaseError, UnknownSchemaError
from proofup.storage.schema import REVISIONS, bring_up_to_date
from proofup.storage.statements import touched
from proofup.storage.store import Store, open_store
from proofup.values.errors import StoreBusyError, UnreadableSecretError
from proofup.values.ids import Entropy, UserId
from proofup.values.sealing import KeyPurpose
from storage.samples import ROBIN, user

pytestmark = pytest.mark.anyio
OTHER_KEY = bytes(32)


async def opened(url: str, entropy: Entropy, *, serving: bool = False) -> Store:
    return await open_store(
        url, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=entropy, serving=serving
    )


async def test_what_is_stored_is_there_after_the_next_start(
    store: Store, store_url: str, entropy: Entropy
) -> None:
    await store.commit(user())
    again = await opened(store_url, entropy)
    assert await again.people.by_id(ROBIN)
    assert again.keys == store.keys
    await again.close()


async def test_KE3_a_wrong_key_opens_nothing_and_makes_nothing(
    store: Store, store_url: str, entropy: Entropy
) -> None:
    before = await store.engine.rows("SELECT id FROM data_keys ORDER BY id")
    assert len(before) == len(KeyPurpose)
    with pytest.raises(UnreadableSecretError):
        await open_store(store_url, key_encryption_key=OTHER_KEY, entropy=entropy)
    assert await store.engine.rows("SELECT id FROM data_keys ORDER BY id") == before


async def test_a_key_for_a_new_purpose_is_made_at_the_next_start(
    store: Store, store_url: str, entropy: Entropy
) -> None:
    await store.engine.write(lambda: touched("DELETE FROM data_keys WHERE purpose = 'codes'"))
    again = await opened(store_url, entropy)
    assert set(again.keys.keys) == set(KeyPurpose)
    assert again.keys.current(KeyPurpose.CODES) != store.keys.current(KeyPurpose.CODES)
    assert again.keys.current(KeyPurpose.AUDIT) == store.keys.current(KeyPurpose.AUDIT)
    await again.close()


async def test_a_database_of_a_newer_proofup_is_left_alone(
    store: Store, store_url: str, entropy: Entropy
) -> None:
    await store.engine.write(lambda: touched("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownSchemaError) as caught:
        await opened(store_url, entropy)
    assert caught.value.revision == "9999"


async def test_two_who_open_a_new_database_at_once_make_it_once(
    request: pytest.FixtureRequest, engine_name: str, tmp_path: Path
) -> None:
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path}/new.db"
    else:
        url = request.getfixturevalue("postgres_server").create(f"new_{os.getpid()}")
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(anyio.to_thread.run_sync, partial(bring_up_to_date, url))
    bring_up_to_date(url)
    if engine_name == "postgresql":
        request.getfixturevalue("postgres_server").drop(f"new_{os.getpid()}")


async def test_a_store_is_ready_once_it_answers_at_its_usual_speed(store: Store) -> None:
    with anyio.fail_after(10):
        while not await store.ready():
            await anyio.lowlevel.checkpoint()


async def test_other_addresses_are_refused_without_repeating_their_secrets(
    entropy: Entropy,
) -> None:
    with pytest.raises(UnknownDatabaseError) as caught:
        await opened("mysql://root:hunter2@localhost/x", entropy)
    assert "hunter2" not in str(caught.value)


def test_every_migration_is_known_by_its_number() -> None:
    files = sorted((schema.MIGRATIONS / "versions").glob("*.py"))
    assert tuple(file.name.split("_")[0] for file in files) == REVISIONS


def test_alembic_is_not_imported_where_there_is_nothing_to_do(new_sqlite_url: NewUrl) -> None:
    code = (
        "import sys\n"
        "from proofup.storage.store import open_store\n"
        "from proofup.storage.schema import bring_up_to_date\n"
        "bring_up_to_date(sys.argv[1])\n"
        "heavy = {'alembic', 'sqlalchemy', 'psycopg'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code, new_sqlite_url()], check=True)


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def test_an_empty_file_becomes_a_database(tmp_path: Path, entropy: Entropy) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    store = await opened(f"sqlite:///{path}", entropy)
    await store.commit(user())
    await store.close()


async def test_a_file_that_is_no_database_is_refused_and_left_alone(
    tmp_path: Path, entropy: Entropy
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Robin, " * 1000)
    with pytest.raises(StoreBusyError):
        await opened(f"sqlite:///{path}", entropy)
    assert path.read_text().startswith("Dear Robin")


async def test_a_sqlite_file_is_its_owners_alone(tmp_path: Path, entropy: Entropy) -> None:
    path = tmp_path / "new.db"
    store = await opened(f"sqlite:///{path}", entropy, serving=True)
    await store.commit(user())
    modes = modes_in(tmp_path)
    assert set(modes) == {"new.db", "new.db-wal", "new.db-shm", "new.db.lock"}
    assert set(modes.values()) == {0o600}
    await store.close()


async def test_one_process_serves_a_sqlite_file_and_commands_may_still_write(
    new_sqlite_url: NewUrl, entropy: Entropy
) -> None:
    url = new_sqlite_url()
    server = await opened(url, entropy, serving=True)
    with pytest.raises(DatabaseInUseError) as caught:
        await opened(url, entropy, serving=True)
    assert caught.value.path == url.removeprefix("sqlite:///")
    command = await opened(url, entropy)
    await command.commit(user())
    await command.close()
    assert await server.people.by_id(ROBIN)
    await server.close()
    again = await opened(url, entropy, serving=True)
    await again.close()


async def test_what_waits_is_written_before_the_end_and_nothing_after_it(
    store: Store, store_url: str, entropy: Entropy
) -> None:
    ending = await open_store(store_url, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=entropy)
    waiting = [
        asyncio.ensure_future(ending.commit(user(UserId(f"u-{number}")))) for number in range(50)
    ]
    await asyncio.sleep(0)
    await ending.close()
    assert await asyncio.gather(*waiting) == [None] * 50
    with pytest.raises(StoreBusyError):
        await ending.commit(user())
    assert len(await store.people.page(after=None, most=100)) == 50
