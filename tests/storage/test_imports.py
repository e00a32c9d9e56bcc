from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.storage.imports import Import, MoveImport
from proofup.storage.store import Store
from proofup.values.errors import StaleError
from proofup.values.ids import CorrelationId
from world import START

pytestmark = pytest.mark.anyio
BEGUN = Import(digest="d" * 64, started_at=START, correlation_id=CorrelationId("c"))


async def test_an_import_is_as_far_as_it_was_moved(store: Store) -> None:
    assert await store.imports.of_file(BEGUN.digest) is None
    moved = replace(BEGUN, taken=5, imported=3, refused=2)
    done = replace(moved, finished_at=START + timedelta(minutes=1))
    await store.commit(MoveImport(None, BEGUN))
    await store.commit(MoveImport(BEGUN, moved))
    assert await store.imports.of_file(BEGUN.digest) == moved
    await store.commit(MoveImport(moved, done))
    assert await store.imports.of_file(BEGUN.digest) == done


async def test_of_two_runs_over_one_file_one_is_told_that_it_is_late(store: Store) -> None:
    await store.commit(MoveImport(None, BEGUN))
    again = replace(BEGUN, started_at=START + timedelta(days=1))
    for late in (MoveImport(None, again), MoveImport(again, replace(again, taken=5))):
        with pytest.raises(StaleError):
            await store.commit(late)
    assert await store.imports.of_file(BEGUN.digest) == BEGUN
