"""Finding people among many: by what they are called and what holds for them, a page at a time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import MfaState, Person, UserType


class Filters(Struct, frozen=True, kw_only=True):
    """What must hold for whoever is found; None and False ask for nothing.

    ``blocked`` is said of the second proofs, ``held`` of changes after a report.
    """

    user_type: UserType | None = None
    enabled: bool | None = None
    mfa_state: MfaState | None = None
    held: bool = False
    blocked: bool = False
    without_method: bool = False


class Listed(Struct, frozen=True):
    """Somebody in a list; ``has_method`` says whether one that lasts is registered."""

    person: Person
    has_method: bool


class After(Struct, frozen=True):
    """Where a page ended: the ``turn`` of what was matched, the words there, and the user name."""

    turn: int
    key: str
    name: str


class Found(Struct, frozen=True):
    """A page of people; ``after`` is where the next one begins, None on the last."""

    people: Sequence[Listed]
    after: After | None


class PeopleSearch(Protocol):
    """Finds people."""

    async def find(
        self,
        begins: str,
        filters: Filters,
        *,
        passing: Collection[str],
        after: After | None,
        most: int,
        at: datetime,
    ) -> Found:
        """Return people whose user name, name, surname or mail begins so, in this order.

        With nothing to begin with it is everybody, by user name. Methods of the kinds ``passing``
        do not count as registered.
        """
        ...
