"""What a filter or a search of users asks for, as alternatives that an index serves."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from msgspec.structs import replace

from proofup.directory.listing import Span, Wanted, beginning, exactly
from proofup.directory.users import UserType
from proofup.graph.odata.errors import QueryError, UnsupportedQueryError
from proofup.graph.odata.expressions import (
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
from proofup.values.errors import InvalidNameError
from proofup.values.ids import UserId
from proofup.values.names import canonical_name, folded_name

Alternatives: TypeAlias = Sequence[Wanted]

MOST = 20  # alternatives
EVERYBODY: Alternatives = (Wanted(),)
NOBODY: Alternatives = ()
ADVANCED = (
    "The request uses a filter property that is not indexed, or an operator that needs the header "
    "'ConsistencyLevel: eventual' and '$count=true'. Properties that are served: id, "
    "userPrincipalName, displayName, surname, mail, accountEnabled, userType."
)
TYPES = {one.value.lower(): one for one in UserType}


def everybody_of(expression: Expression, *, advanced: bool) -> Alternatives:
    """Return what ``expression`` asks for.

    ``advanced`` queries may negate. Raises UnsupportedQueryError for what no index serves.
    """
    match expression:
        case Every(parts):
            found = _both([everybody_of(one, advanced=advanced) for one in parts])
        case Either(parts):
            found = [one for part in parts for one in everybody_of(part, advanced=advanced)]
        case Within(field, values):
            found = [one for value in values for one in _equal(field, value)]
        case Match("startswith", field, text):
            found = _spans(field, text, beginning)
        case Compare(field, "eq", value) | Not(Compare(field, "ne", value)):
            found = _equal(field, value)
        case Compare(field, "ne", value) | Not(Compare(field, "eq", value)) if advanced:
            found = _unequal(field, value)
        case _:
            raise UnsupportedQueryError(ADVANCED)
    return _bounded(found)


def everybody_found(terms: Sequence[Sequence[Term]]) -> Alternatives:
    """Return what a search asks for: that fields begin with the words of each term."""
    return _bounded([one for together in terms for one in _both(list(map(_of_term, together)))])


def _of_term(term: Term) -> Alternatives:
    if term.field == "displayName":
        by_surname = _spans("surname", term.text, beginning)
        return [*_spans("displayName", term.text, beginning), *by_surname]
    if term.field in FIELDS or term.field == "mail":
        return _spans(term.field, term.text, beginning)
    message = f"$search is not supported on '{term.field[:40]}'."
    raise UnsupportedQueryError(message)


def _equal(field: str, value: Literal) -> Alternatives:
    if field == "id" and isinstance(value, str):
        try:
            return [Wanted(id=UserId(str(UUID(value))))]
        except ValueError as error:
            raise QueryError("Invalid id in the filter: expected a GUID.") from error
    if field == "accountEnabled" and isinstance(value, bool):
        return [Wanted(enabled=value)]
    if field == "userType" and isinstance(value, str):
        found = TYPES.get(value.lower())
        return [Wanted(user_type=found)] if found else NOBODY
    if isinstance(value, str):
        return _spans(field, value, exactly)
    raise UnsupportedQueryError(ADVANCED)


def _unequal(field: str, value: Literal) -> Alternatives:
    if field == "accountEnabled" and isinstance(value, bool):
        return [Wanted(enabled=not value)]
    if field == "userType" and isinstance(value, str):
        return [Wanted(user_type=one) for word, one in TYPES.items() if word != value.lower()]
    raise UnsupportedQueryError(ADVANCED)


def _name(text: str) -> str:
    try:
        return canonical_name(text)
    except InvalidNameError:
        return folded_name(text)


FIELDS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "userPrincipalName": ("name", _name),
    "displayName": ("display_name", folded_name),
    "surname": ("surname", folded_name),
}


def _spans(field: str, text: str, span: Callable[[str], Span]) -> Alternatives:
    """Return who has ``text``, or what begins with it, in ``field``."""
    if field == "mail":  # most addresses are the user name, and are not stored twice
        own = Wanted(name=span(_name(text)), mail_is_name=True)
        return [Wanted(mail=span(folded_name(text))), own]
    if field not in FIELDS:
        raise UnsupportedQueryError(ADVANCED)
    name, form = FIELDS[field]
    return [replace(Wanted(), **{name: span(form(text))})]


def _both(parts: Sequence[Alternatives]) -> Alternatives:
    """Return the alternatives in which all of ``parts`` hold."""
    found: Alternatives = EVERYBODY
    for part in parts:
        joined = (_joined(one, other) for one in found for other in part)
        found = _bounded([one for one in joined if one is not None])
    return found


def _joined(one: Wanted, other: Wanted) -> Wanted | None:
    """Return what asks for both, or None if nobody can have both."""
    spans = {
        name: getattr(one, name).within(getattr(other, name))
        for name in ("name", "display_name", "surname", "mail")
    }
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("id", "user_type", "enabled")]
    if any(span.is_empty for span in spans.values()):
        return None
    if any(None not in pair and pair[0] != pair[1] for pair in pairs):
        return None
    ids, types, states = (first if first is not None else second for first, second in pairs)
    return Wanted(
        **spans,
        id=ids,
        user_type=types,
        enabled=states,
        mail_is_name=one.mail_is_name or other.mail_is_name,
    )


def _bounded(found: Alternatives) -> Alternatives:
    unique = list(dict.fromkeys(found))
    if len(unique) > MOST:
        message = f"The filter has more than {MOST} alternatives."
        raise UnsupportedQueryError(message)
    return unique
