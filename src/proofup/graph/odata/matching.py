"""Telling whether a filter or a search is true of an object that was read already.

Only short lists are judged so, such as what one person belongs to; longer ones ask an index.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.expressions import (
    AnyItem,
    Compare,
    Either,
    Every,
    Expression,
    Literal,
    Match,
    Not,
    Within,
)
from proofup.graph.odata.searching import Term
from proofup.values.names import folded_name

SERVED = "$filter is served here with eq, ne, in, startswith, any, not, and, or by: "


def check_served(said: Expression, fields: Sequence[str]) -> None:
    """Raise UnsupportedQueryError unless ``holds`` can judge ``said``, which is of ``fields``."""
    match said:
        case Every(parts) | Either(parts):
            for part in parts:
                check_served(part, fields)
        case Not(part):
            check_served(part, fields)
        case (
            Compare(field, "eq" | "ne", _)
            | Within(field, _)
            | Match("startswith", field, _)
            | AnyItem(field, Compare("", "eq", _))
        ) if field in fields:
            return
        case _:
            message = f"{SERVED}{', '.join(fields)}."
            raise UnsupportedQueryError(message)


def holds(said: Expression, of: Mapping[str, Any]) -> bool:
    """Tell whether ``said``, which is served, is true; what lacks a property has null there."""
    match said:
        case Every(parts):
            found = all(holds(part, of) for part in parts)
        case Either(parts):
            found = any(holds(part, of) for part in parts)
        case Not(part):
            found = not holds(part, of)
        case Match(_, field, text):
            found = str(of.get(field) or "").casefold().startswith(text.casefold())
        case AnyItem(field, Compare(_, _, value)):
            found = _folded(value) in map(_folded, of.get(field) or ())
        case Within(field, values):
            found = _folded(of.get(field)) in map(_folded, values)
        case Compare(field, operator, value):
            found = (_folded(of.get(field)) == _folded(value)) is (operator == "eq")
        case _:
            raise UnsupportedQueryError(SERVED)
    return found


def found_by(terms: Sequence[Sequence[Term]], of: Mapping[str, Any]) -> bool:
    """Tell whether a search finds an object: a word of the field begins so."""
    return any(all(_has(term, of) for term in together) for together in terms)


def _has(term: Term, of: Mapping[str, Any]) -> bool:
    text, wanted = folded_name(str(of.get(term.field) or "")), folded_name(term.text)
    return text.startswith(wanted) or f" {wanted}" in text


def _folded(value: Literal) -> Literal:
    return value.casefold() if isinstance(value, str) else value
