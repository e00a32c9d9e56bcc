"""The words of a filter."""

import re
from collections.abc import Sequence

from msgspec import Struct

from proofup.graph.odata.errors import QueryError

LONGEST = 2000  # letters (security row AD7)
WORD = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>'(?:[^']|'')*')
    | (?P<date>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d))?(?![\w-]))
    | (?P<guid>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![\w-]))
    | (?P<number>-?\d+(?:\.\d+)?(?![\w-]))
    | (?P<name>@?[A-Za-z_][\w.]*(?:/(?:\$count|[A-Za-z_][\w.]*))*)
    | (?P<sign>[(),:])
    """,
    re.VERBOSE | re.ASCII,
)


class Token(Struct, frozen=True):
    """One word: its kind, as written, and where it stands."""

    kind: str
    text: str
    place: int


END = Token("end", "", -1)


def tokens_of(text: str) -> Sequence[Token]:
    """Return the words of ``text``. Raises QueryError."""
    if len(text) > LONGEST:
        message = f"The filter is longer than {LONGEST} characters."
        raise QueryError(message)
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = WORD.match(text, place)
        if match is None:
            message = f"Syntax error at position {place}."
            raise QueryError(message)
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match[0], place))
        place = match.end()
    return found
