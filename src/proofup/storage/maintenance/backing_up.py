"""Copies a database of either engine while the server runs."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from proofup.audit.entry import Entry
from proofup.storage.errors import DamagedDatabaseError
from proofup.storage.maintenance.sqlite_copy import copy_sqlite, forget, is_intact
from proofup.storage.schema import sqlite_path
from proofup.storage.store import SQLITE, Store, open_store


async def back_up(
    store: Store,
    url: str,
    target: Path,
    entry: Entry,
    *,
    key: bytes,
    advance: Callable[[int], None],
) -> None:
    """Copy the database at ``url``, open as ``store``, to the new file ``target``.

    ``entry`` is written first, so it is in the copy and a restore can name the copy. ``key`` opens
    the data keys; ``advance`` is called with numbers of pages. Raises DamagedDatabaseError, OSError
    if the file cannot be written, and ProgramFailedError.
    """
    await store.commit(entry)
    if url.startswith(SQLITE):
        await asyncio.to_thread(copy_sqlite, sqlite_path(url), target, advance)
        if not await _is_whole(target, key):
            forget(target)
            raise DamagedDatabaseError
    else:
        from proofup.storage.maintenance.postgresql_dump import dump

        await asyncio.to_thread(dump, url, target)


async def _is_whole(copy: Path, key: bytes) -> bool:
    """Return whether the pages of a copy are intact, and the chain of its audit log."""
    if not await asyncio.to_thread(is_intact, copy):
        return False
    store = await open_store(f"{SQLITE}{copy}", key_encryption_key=key, entropy=_none)
    broken = await store.audit.verify()
    await store.close()
    return broken is None


def _none(_: int) -> bytes:
    raise AssertionError  # a copy has all its keys, so none is made
