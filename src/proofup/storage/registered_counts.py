"""Counts what people have registered, in groups of those who are alike, as ``population`` does."""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial

from proofup.directory.users import UserType
from proofup.policy.registered import Counted, Rank, Registered
from proofup.storage.aggregate import Aggregate
from proofup.storage.population import FILLED, bits_of, counted, slots_of
from proofup.storage.statements import Steps, Value
from proofup.values.clock import to_microseconds

MOST_SECONDS = 40.0  # a million people take about ten
ROLES = 16  # that one count can tell from the others
ALIKE = (
    "SELECT type, place, slots, enabled, COUNT(*), MAX(user_id) FROM ("
    "SELECT a.user_id, a.enabled, u.user_type AS type, "
    f"COALESCE((SELECT MAX(CASE WHEN r.role IN ({', '.join('?' * ROLES)}) THEN 2 ELSE 1 END) "
    "FROM role_assignments r WHERE r.user_id = a.user_id "
    "AND (r.expires_at IS NULL OR r.expires_at > ?)), 0) AS place, "
    f"{FILLED} "
    "FROM accounts a JOIN users u ON u.id = a.user_id "
    "WHERE a.user_id > ? ORDER BY a.user_id LIMIT ?) counted "
    "GROUP BY type, place, slots, enabled"
)
RANKS = (Rank.USER, Rank.ADMINISTRATOR, Rank.PRIVILEGED)


class RegisteredRows(Aggregate, frozen=True):
    """The port ``Registrations``; ``seconds`` tells the time that bounds a count."""

    seconds: Callable[[], float] = time.monotonic

    async def registered(
        self, slots: Sequence[str], privileged: Collection[str], *, at: datetime
    ) -> Registered:
        """Count those who may sign in by type, rank, and which of ``slots`` they have filled."""
        return await self.engine.read_long(partial(_count, slots, privileged, at, self.seconds))


def _count(
    slots: Sequence[str], privileged: Collection[str], at: datetime, seconds: Callable[[], float]
) -> Steps[Registered]:
    until = seconds() + MOST_SECONDS
    roles: list[Value] = [*sorted(privileged), *[""] * (ROLES - len(privileged))]
    values = [*roles, to_microseconds(at), *bits_of(slots)]
    found, is_whole = yield from counted(ALIKE, values, seconds, until=until)
    groups = [
        Counted(
            user_type=UserType(user_type),
            rank=RANKS[place],
            slots=slots_of(bits, slots),
            people=people,
        )
        for (user_type, place, bits), people in found.items()
    ]
    return Registered(groups=groups, is_whole=is_whole)
