"""Finding people among many: by what they are called and what holds for them, a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import MfaState, Person, User, UserType
from proofup.values.names import folded_name
from proofup.values.number_search import SoughtNumber


class Holding(IntEnum):
    """What somebody has registered; the numbers are stored, and the greatest of all methods counts.

    What does not last, such as a pass, is nothing. ``RESTRICTED`` is what rests on the telephone
    network alone.
    """

    NOTHING = 0
    RESTRICTED = 1
    MORE = 2


class Filters(Struct, frozen=True, kw_only=True):
    """What must hold for whoever is found; None and False ask for nothing.

    ``blocked`` is said of the second proofs, ``held`` of changes after a report. ``paused`` finds
    everybody who may have used up their tries: whoever it was lifted for since is still found.
    """

    user_type: UserType | None = None
    enabled: bool | None = None
    mfa_state: MfaState | None = None
    held: bool = False
    blocked: bool = False
    paused: bool = False
    holding: Holding | None = None


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


def is_called(user: User, begins: str) -> bool:
    """Tell whether the user name, name, surname or mail of ``user`` begins so."""
    words = (user.user_principal_name, user.display_name, user.surname, user.mail)
    return any(folded_name(one or "").startswith(folded_name(begins)) for one in words)


class PeopleSearch(Protocol):
    """Finds people."""

    async def find(
        self,
        begins: str,
        filters: Filters,
        *,
        number: SoughtNumber | None = None,
        after: After | None,
        most: int,
        at: datetime,
    ) -> Found:
        """Return people whose user name, name, surname or mail begins so, in this order.

        Behind them come those who have registered ``number``, and nobody comes twice. With nothing
        to begin with it is everybody, by user name.
        """
        ...

    async def count(self, filters: Filters, *, most: int, at: datetime) -> int:
        """Return how many people match, at most ``most``.

        Only for one of the filters ``holding``, ``paused``, ``held``, ``blocked`` and ``enabled``
        as False, which have an index.
        """
        ...
