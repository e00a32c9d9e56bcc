"""The two engines, each with an empty database with durable commits."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from postgres import DURABLE, NoServerError, running_server
from proofup.storage.store import Store, open_store

KEY_ENCRYPTION_KEY = bytes(range(32))


@contextmanager
def engines(folder: Path, left_out: list[str]) -> Iterator[dict[str, str]]:
    """Give the URL of an empty database for each available engine, by its name."""
    with ExitStack() as stack:
        urls = {"SQLite": f"sqlite:///{folder / 'proofup.db'}"}
        try:
            server = stack.enter_context(running_server(DURABLE))
        except NoServerError as error:
            left_out.append(f"everything on PostgreSQL: {error}")
        else:
            urls["PostgreSQL"] = server.create("bench")
        yield urls


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """Give the store at ``url``, warmed up."""
    store = await open_store(url, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=os.urandom)
    try:
        while not await store.ready():  # noqa: ASYNC110 - whoever serves is asked just so
            await asyncio.sleep(0.01)
        yield store
    finally:
        await store.close()
