"""Seals again, page by page, what an older key has sealed, while the service runs.

A row is written only if it is unchanged since it was read: otherwise it was sealed with the present
key already. So this can be interrupted and run again at any time.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from proofup.storage.engine import Engine
from proofup.storage.sealed import SEALED, SealedAt, SealedColumn
from proofup.storage.statements import Steps, rows, touched
from proofup.values.ids import Entropy
from proofup.values.sealing import KeyPurpose, KeyRing, sealed_with

BATCH = 200  # rows of one transaction, which takes a few milliseconds


class _Work(NamedTuple):
    page: str
    put: str


WORK: Mapping[SealedAt, _Work] = {
    at: _Work(
        f"SELECT id, {at.column} FROM {at.table} "
        f"WHERE id > ? AND {at.column} IS NOT NULL ORDER BY id LIMIT ?",
        f"UPDATE {at.table} SET {at.column} = ? WHERE id = ? AND {at.column} = ?",
    )
    for at in SEALED
}


async def rewrap(
    engine: Engine,
    keys: KeyRing,
    purpose: KeyPurpose,
    *,
    entropy: Entropy,
    advance: Callable[[int], None],
) -> int:
    """Seal all data of ``purpose`` with the key in use; return the number of rows.

    ``advance`` is called with the number of rows that were read.
    """
    head = sealed_with(keys.current(purpose)[0])
    changed = 0
    for at, work in WORK.items():
        if at.purpose is not purpose:
            continue
        column = SealedColumn.of(at, keys, entropy)
        after = ""
        while found := await engine.read_long(partial(rows, work.page, after, BATCH)):
            after = found[-1][0]
            old = [(row_id, bytes(kept)) for row_id, kept in found if not kept.startswith(head)]
            new = [
                (column.seal(column.open(kept, row=row_id), row=row_id), row_id, kept)
                for row_id, kept in old
            ]
            if new:
                changed += await engine.write(partial(_put, work.put, new))
            advance(len(found))
    return changed


def _put(sql: str, many: list[tuple[bytes, str, bytes]]) -> Steps[int]:
    count = 0
    for values in many:
        count += yield from touched(sql, *values)
    return count
