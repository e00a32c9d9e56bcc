"""What a filter says, as a tree of values."""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

Literal: TypeAlias = str | bool | int | float | None
"""The value of a literal; dates and GUIDs are text, as they were written."""


class Compare(Struct, frozen=True):
    """``field operator value``; the operator is eq, ne, gt, ge, lt, le or has."""

    field: str
    operator: str
    value: Literal


class Match(Struct, frozen=True):
    """``function(field, text)``; the function is startswith, endswith or contains."""

    function: str
    field: str
    text: str


class Within(Struct, frozen=True):
    """``field in (…)``."""

    field: str
    values: Sequence[Literal]


class AnyItem(Struct, frozen=True):
    """``field/any(x:…)``: said of an item, whose own name stands in ``said`` as the empty text."""

    field: str
    said: "Expression | None"


class Every(Struct, frozen=True):
    """``… and …``."""

    parts: Sequence["Expression"]


class Either(Struct, frozen=True):
    """``… or …``."""

    parts: Sequence["Expression"]


class Not(Struct, frozen=True):
    """``not …``."""

    part: "Expression"


Expression: TypeAlias = Compare | Match | Within | AnyItem | Every | Either | Not
