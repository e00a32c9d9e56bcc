"""Addresses: the many spellings of a resource, and the route that each leads to.

Segments match in any case. ``users('x')``, ``users(userPrincipalName='x')`` and ``users/x`` are the
same; so are the short and the qualified names of actions, functions and types.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar
from urllib.parse import unquote

from msgspec import Struct, field

T = TypeVar("T")

WITH_BRACKETS = re.compile(r"([^()]+)\((.*)\)", re.DOTALL)
QUOTED = re.compile(r"'((?:[^']|'')*)'")
NAMED = re.compile(r"@?([A-Za-z]+)\s*=\s*(.+)", re.DOTALL)
QUALIFIED = re.compile(r"(?:microsoft\.)?graph\.", re.IGNORECASE)
# Alternate keys whose value is as good as the id; others stay as ``name=value``.
LIKE_AN_ID = frozenset({"id", "userprincipalname", "roletemplateid", "appid"})
REST = "**"
FUNCTIONS = re.compile(
    r"usersregisteredby\w+|usersigninsbyauthmethodsummary|creationoptions|delta|usage",
    re.IGNORECASE,
)


class Address(Struct, frozen=True):
    """The segments of an address below the version, and the parameters of a function in it."""

    segments: Sequence[str]
    parameters: Mapping[str, str] = {}


def address_of(raw: str) -> Address:
    """Return the address in ``raw``, which is percent-encoded."""
    found: list[str] = []
    parameters: dict[str, str] = {}
    for text in raw.split("/"):
        segment = unquote(text)
        if not segment:
            continue
        name, key = _taken_apart(segment)
        found.append(QUALIFIED.sub("", name, count=1) if found else name)
        if key and FUNCTIONS.fullmatch(found[-1]):
            parameters |= _parameters(key)
        elif key:
            found.append(_key(key))
    return Address(found, parameters)


def _taken_apart(segment: str) -> tuple[str, str]:
    """Return the name and what stands in brackets behind it."""
    match = WITH_BRACKETS.fullmatch(segment)
    if match is None:
        return _unquoted(segment), ""
    return match[1], match[2].strip()


def _unquoted(text: str) -> str:
    match = QUOTED.fullmatch(text)
    return match[1].replace("''", "'") if match else text


def _key(text: str) -> str:
    named = NAMED.fullmatch(text)
    if named is None:
        return _unquoted(text)
    value = _unquoted(named[2])
    return value if named[1].lower() in LIKE_AN_ID else f"{named[1].lower()}={value}"


def _parameters(text: str) -> Mapping[str, str]:
    found = (NAMED.fullmatch(part.strip()) for part in text.split(","))
    return {one[1].lower(): _unquoted(one[2].strip()) for one in found if one}


class Table(Struct, Generic[T]):
    """What stands at each address, found segment by segment.

    ``{name}`` takes any segment, and ``**`` at the end any that are left and lead nowhere else.
    ``here`` stands at this point of the tree, and ``names`` are those of the segments before it.
    """

    below: dict[str, "Table[T]"] = field(default_factory=dict)
    anything: "Table[T] | None" = None
    rest: T | None = None
    here: T | None = None
    names: Sequence[str] = ()

    def add(self, path: str, here: T) -> None:
        """Put ``here`` at ``path``."""
        *parts, last = path.strip("/").split("/")
        table, names = self, list[str]()
        for part in parts if last == REST else (*parts, last):
            if part.startswith("{"):
                names.append(part.strip("{}"))
                table.anything = table = table.anything or Table()
            else:
                table = table.below.setdefault(part.lower(), Table())
        if last == REST:
            table.rest = here
        else:
            table.here, table.names = here, names

    def find(self, segments: Sequence[str]) -> tuple[T, Mapping[str, str]] | None:
        """Return what stands at the address, with the segments that its names take."""
        table, rest, values = self, self.rest, list[str]()
        for segment in segments:
            below = table.below.get(segment.lower())
            if below is None:
                below = table.anything
                values.append(segment)
            if below is None:
                return None if rest is None else (rest, {})
            table, rest = below, below.rest or rest
        if table.here is None:
            return None if rest is None else (rest, {})
        return table.here, dict(zip(table.names, values, strict=True))
