"""People who have methods, but none in certain slots: read along the key, in a thread."""

from collections.abc import Sequence
from functools import partial

from proofup.directory.search import Holding
from proofup.policy.dependence import Lacking
from proofup.storage.aggregate import Aggregate
from proofup.storage.statements import rows_among
from proofup.storage.users import PERSON_COLUMNS, PERSON_WIDTH, person_of

LACKING = (
    f"SELECT {PERSON_COLUMNS}, u.canonical_name FROM users u JOIN accounts a ON a.user_id = u.id "
    "WHERE NOT EXISTS (SELECT 1 FROM authentication_methods m "
    "WHERE m.user_id = u.id AND m.slot IN (?)) "
    "AND u.canonical_name > ? AND u.holding >= ? AND u.holding <= ? AND a.enabled = 1 "
    "ORDER BY u.canonical_name LIMIT ?"
)
NO_SLOT = ""  # has no method


class PeopleLackingRows(Aggregate, frozen=True):
    """The port ``PeopleLacking``."""

    async def page(
        self, slots: Sequence[str], *, only_restricted: bool, after: str | None, most: int
    ) -> Lacking:
        """Return people who may sign in and have no method in ``slots``, by user name."""
        greatest = Holding.RESTRICTED if only_restricted else Holding.MORE
        named = [*slots, NO_SLOT]
        bounds = (int(Holding.RESTRICTED), int(greatest))
        make = partial(rows_among, LACKING, named, after or "", *bounds, most + 1)
        found = await self.engine.read_long(make)
        shown = found[:most]
        end = shown[-1][PERSON_WIDTH] if len(found) > most else None
        return Lacking([person_of(columns) for columns in shown], end)
