"""People who have methods, but none in certain slots: read along the key, in a thread."""

from collections.abc import Collection, Sequence
from functools import partial

from proofup.directory.search import Holding
from proofup.policy.dependence import Lacking
from proofup.storage.aggregate import Aggregate
from proofup.storage.statements import Value, rows_among
from proofup.storage.users import PERSON_COLUMNS, PERSON_WIDTH, person_of

LACKING = (
    f"SELECT {PERSON_COLUMNS}, u.canonical_name FROM users u JOIN accounts a ON a.user_id = u.id "
    "WHERE NOT EXISTS (SELECT 1 FROM authentication_methods m "
    "WHERE m.user_id = u.id AND m.slot IN (?)) "
    "AND u.id NOT IN (?) AND NOT EXISTS (SELECT 1 FROM group_members g "
    "WHERE g.user_id = u.id AND g.group_id IN (?)) "
    "AND u.canonical_name > ? AND u.holding >= ? AND u.holding <= ? AND a.enabled = 1 "
    "ORDER BY u.canonical_name LIMIT ?"
)
NOTHING = ""  # is no slot, and nobody's id


class PeopleLackingRows(Aggregate, frozen=True):
    """The port ``PeopleLacking``."""

    async def page(
        self,
        slots: Sequence[str],
        *,
        excluded: Collection[str] = (),
        only_restricted: bool,
        after: str | None,
        most: int,
    ) -> Lacking:
        """Return people who may sign in and have no method in ``slots``, by user name.

        Nobody is among them whose id, or that of a group of theirs, is in ``excluded``.
        """
        greatest = Holding.RESTRICTED if only_restricted else Holding.MORE
        length = max(len(slots), len(excluded), 1)  # of both lists, which one statement repeats
        named = [*slots, *[NOTHING] * (length - len(slots))]
        apart = [*sorted(excluded), *[NOTHING] * (length - len(excluded))]
        bounds = (int(Holding.RESTRICTED), int(greatest))
        values: list[Value] = [*apart, *apart, after or "", *bounds, most + 1]
        make = partial(rows_among, LACKING, named, *values)
        found = await self.engine.read_long(make)
        shown = found[:most]
        end = shown[-1][PERSON_WIDTH] if len(found) > most else None
        return Lacking([person_of(columns) for columns in shown], end)
