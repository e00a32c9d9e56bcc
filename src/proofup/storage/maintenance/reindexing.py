"""Names numbers under the key in use, page by page, while the service runs.

A row is written only if it still holds the same number, so this can be run again at any time.
"""

from collections.abc import Callable
from functools import partial

from proofup.storage.method_index import number_of
from proofup.storage.statements import Steps, Value, rows, touched
from proofup.storage.store import Store
from proofup.values.ids import UserId

BATCH = 200  # rows of one transaction, which takes a few milliseconds

PAGE = (
    "SELECT user_id, ending, id, kind, slot, document, created_at, last_used_at, revision, "
    "pepper_id FROM authentication_methods WHERE id > ? ORDER BY id LIMIT ?"
)
PUT = "UPDATE authentication_methods SET ending = ? WHERE id = ? AND ending = ?"


async def reindex(store: Store, *, advance: Callable[[int], None]) -> int:
    """Name every number anew; return how many were named otherwise.

    ``advance`` is called with the number of rows that were read.
    """
    changed, after, methods = 0, "", store.methods
    while found := await store.engine.read_long(partial(rows, PAGE, after, BATCH)):
        after = found[-1][2]
        new: list[tuple[Value, ...]] = []
        for one in found:
            ending, method = one[1], methods.method_of(UserId(one[0]), one[2:])
            if number_of(method) is not None:
                _, named = methods.index.columns(method)
                if named != ending:
                    new.append((named, method.id, ending))
        if new:
            changed += await store.engine.write(partial(_put, new))
        advance(len(found))
    return changed


def _put(many: list[tuple[Value, ...]]) -> Steps[int]:
    count = 0
    for values in many:
        count += yield from touched(PUT, *values)
    return count
