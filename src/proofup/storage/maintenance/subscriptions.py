"""Counts the devices that can be woken, by the key of the service that each has subscribed with."""

from collections import Counter
from collections.abc import Iterable
from functools import partial

from proofup.methods.abilities import DeviceMethod
from proofup.storage.statements import rows
from proofup.storage.store import Store
from proofup.values.ids import UserId

BATCH = 1000  # devices of one read

PAGE = (
    "SELECT user_id, id, kind, slot, document, created_at, last_used_at, revision, pepper_id "
    "FROM authentication_methods WHERE kind = ? AND id > ? ORDER BY id LIMIT ?"
)


async def subscribed_keys(store: Store, methods: Iterable[DeviceMethod]) -> Counter[bytes]:
    """Return how many devices of ``methods`` know each public key of the service."""
    known: Counter[bytes] = Counter()
    for method in methods:
        after = ""
        while found := await store.engine.read_long(partial(rows, PAGE, method.kind, after, BATCH)):
            after = found[-1][1]
            for user_id, *columns in found:
                held = store.methods.method_of(UserId(user_id), tuple(columns))
                subscription = method.subscription(held)
                if subscription is not None:
                    known[subscription.server_key] += 1
    return known
