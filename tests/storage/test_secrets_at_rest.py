from pathlib import Path

import pytest

from proofup.methods.registered_methods import AddMethod
from proofup.registration.pending import OpenRegistration
from proofup.storage.store import Store
from storage.samples import message, method, registration, user

pytestmark = pytest.mark.anyio
CANARY = "canary-5f2c9e"
NUMBER = b"7700900123"


async def everything(store: Store, url: str) -> bytes:
    """Return all bytes that the database holds: the files of SQLite, the rows of PostgreSQL."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    tables = ("authentication_methods", "registrations", "outbox", "audit_log", "key_wraps")
    found = [row for table in tables for row in await store.engine.rows(f"SELECT * FROM {table}")]
    return repr(found).encode()


async def test_KE1_nothing_that_is_secret_lies_in_the_database(
    store: Store, store_url: str
) -> None:
    candidate = method("m-2", "oath.1", f'{{"secret":"{CANARY}"}}'.encode())
    pending = registration()
    await store.commit(
        user(),
        AddMethod(method=candidate),
        OpenRegistration(registration=pending),
        message(body=f"Your code is {CANARY}"),
    )
    kept = await everything(store, store_url)
    assert b"m-2" in kept
    assert CANARY.encode() not in kept
    assert NUMBER not in kept


async def test_KE1_data_keys_lie_wrapped(store: Store, store_url: str) -> None:
    kept = await everything(store, store_url)
    for keys in store.keys.keys.values():
        for key in keys.values():
            assert key.reveal() not in kept
