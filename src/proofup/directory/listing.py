"""Listing users by what is indexed of them, a page at a time, in the order of their names."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import Person, UserType
from proofup.values.ids import UserId

LAST_LETTER = "\U0010ffff"
NEXT_LETTER = "\x01"  # in no name: what is less than a text with it behind is that text


class Span(Struct, frozen=True):
    """Texts from ``low`` to below ``high``."""

    low: str = ""
    high: str = LAST_LETTER

    def within(self, other: "Span") -> "Span":
        """Return what both have."""
        return Span(max(self.low, other.low), min(self.high, other.high))

    @property
    def is_empty(self) -> bool:
        """Whether no text is within."""
        return self.low >= self.high


ALL = Span()


def exactly(text: str) -> Span:
    """Return the span of ``text`` alone."""
    return Span(text, text + NEXT_LETTER)


def beginning(text: str) -> Span:
    """Return the span of every text that begins with ``text``."""
    return Span(text, text + LAST_LETTER)


class Wanted(Struct, frozen=True, kw_only=True):
    """What must hold of a user; texts are in the form in which they are compared.

    ``name`` is the canonical user principal name. ``mail_is_name`` asks for those whose address is
    their name, which ``mail`` does not find. None asks for nothing.
    """

    id: UserId | None = None
    name: Span = ALL
    display_name: Span = ALL
    surname: Span = ALL
    mail: Span = ALL
    mail_is_name: bool = False
    user_type: UserType | None = None
    enabled: bool | None = None


class Place(Struct, frozen=True):
    """Where a page ended: the text by which the list is ordered, and the canonical name."""

    key: str
    name: str


class UserPage(Struct, frozen=True):
    """Users, and where the next page begins; None on the last."""

    people: Sequence[Person]
    after: Place | None


class UserListing(Protocol):
    """Lists users for whom one of some alternatives holds."""

    async def page(
        self,
        alternatives: Sequence[Wanted],
        *,
        by_display_name: bool,
        after: Place | None,
        most: int,
    ) -> UserPage:
        """Return up to ``most`` of them, by display name or by user principal name."""
        ...

    async def count(self, alternatives: Sequence[Wanted]) -> int:
        """Return how many there are."""
        ...
