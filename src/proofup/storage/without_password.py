"""People who have no password: read along the key, in a thread."""

from collections.abc import Sequence
from functools import partial

from proofup.directory.passwords import WithoutPassword
from proofup.storage.aggregate import Aggregate
from proofup.storage.statements import rows, rows_among
from proofup.storage.users import PERSON_COLUMNS, PERSON_WIDTH, person_of
from proofup.values.ids import UserId

PAGE = (
    f"SELECT {PERSON_COLUMNS}, u.canonical_name FROM users u JOIN accounts a ON a.user_id = u.id "
    "WHERE NOT EXISTS (SELECT 1 FROM credentials c WHERE c.user_id = u.id) "
    "AND u.canonical_name > ? AND a.enabled = 1 ORDER BY u.canonical_name LIMIT ?"
)
WITH_PASSWORD = "SELECT user_id FROM credentials WHERE user_id IN (?)"  # noqa: S105 - a statement


class WithoutPasswordRows(Aggregate, frozen=True):
    """The port ``PeopleWithoutPassword``."""

    async def page(self, *, after: str | None, most: int) -> WithoutPassword:
        """Return people who may sign in and have no password, by user name."""
        found = await self.engine.read_long(partial(rows, PAGE, after or "", most + 1))
        shown = found[:most]
        end = shown[-1][PERSON_WIDTH] if len(found) > most else None
        return WithoutPassword([person_of(columns) for columns in shown], end)

    async def among(self, user_ids: Sequence[UserId]) -> frozenset[UserId]:
        """Return those who have no password."""
        if not user_ids:
            return frozenset()
        found = await self.engine.read_long(partial(rows_among, WITH_PASSWORD, user_ids))
        return frozenset(user_ids) - {user_id for (user_id,) in found}
