"""Administrative units, and who belongs to them."""

from proofup.storage.aggregate import Aggregate
from proofup.values.ids import UnitId, UserId

UNITS_OF_USER = "SELECT unit_id FROM unit_members WHERE user_id = ?"


class UnitRows(Aggregate, frozen=True):
    """The port ``Units``."""

    async def of_user(self, user_id: UserId) -> frozenset[UnitId]:
        """Return the units that the user is a member of."""
        return frozenset(UnitId(unit) for (unit,) in await self.engine.rows(UNITS_OF_USER, user_id))
