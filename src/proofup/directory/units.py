"""Administrative units: groups of people for whom somebody is the administrator."""

from typing import Protocol

from proofup.values.ids import UnitId, UserId


class Units(Protocol):
    """Reads administrative units."""

    async def of_user(self, user_id: UserId) -> frozenset[UnitId]:
        """Return the units that the user is a member of."""
        ...
