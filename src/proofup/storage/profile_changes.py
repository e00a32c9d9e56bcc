"""The entries of the audit log that tell of changed profiles, by an index of their own."""

from collections.abc import Sequence

from proofup.audit.log import NumberedEntry
from proofup.storage.aggregate import Aggregate
from proofup.storage.audit_log import entry_of

NEWEST = "SELECT sequence FROM audit_head WHERE id = 1"
AFTER = (
    "SELECT sequence, text FROM audit_log WHERE of_profile = 1 AND sequence > ? "
    "ORDER BY sequence LIMIT ?"
)


class ProfileChangeRows(Aggregate, frozen=True):
    """The port ``ProfileChanges``.

    Entries are numbered in the order in which their transactions end, so that none appears below
    a number that was read.
    """

    async def newest(self) -> int:
        """Return the number of the newest entry of the log."""
        ((number,),) = await self.engine.rows(NEWEST)
        return int(number)

    async def after(self, number: int, *, most: int) -> Sequence[NumberedEntry]:
        """Return entries of changed profiles from above ``number``, oldest first."""
        found = await self.engine.rows(AFTER, number, most)
        return [NumberedEntry(sequence, entry_of(text)) for sequence, text in found]
