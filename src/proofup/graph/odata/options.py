"""The query options of a call: ``$select``, ``$filter``, ``$top`` and the like."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from msgspec import Struct

from proofup.graph.odata.errors import QueryError

KNOWN = frozenset(
    {"select", "filter", "search", "orderby", "top", "skip", "skiptoken", "count", "expand"}
    | {"deltatoken", "format"}
)
LONGEST = 8192  # letters of a query
MOST = 50  # options
MOST_NAMES = 100  # in one option
MOST_DIGITS = 9
NAME = re.compile(r"[A-Za-z@][\w.@/$]*")
BRACKETS = re.compile(r"\([^()]*\)")
TRUTHS = {"true": True, "false": False}


class Order(Struct, frozen=True):
    """A field to order by."""

    field: str
    is_descending: bool


class Options(Struct, frozen=True, kw_only=True):
    """The options of a call, as read; None and empty where one is not given.

    ``given`` are all of them as they were sent, without ``$skiptoken``: a link to the next page
    repeats them. ``parameters`` are the others, by name in lower case: those of functions.
    """

    select: Sequence[str] = ()
    expand: Sequence[str] = ()
    filter: str | None = None
    search: str | None = None
    order: Sequence[Order] = ()
    top: int | None = None
    skip: int | None = None
    token: str | None = None
    delta: str | None = None
    count: bool = False
    given: Sequence[tuple[str, str]] = ()
    parameters: Mapping[str, str] = {}

    def refuse(self, *names: str) -> None:
        """Raise QueryError if one of the options ``names`` was given."""
        for name, _ in self.given:
            if name.lower().removeprefix("$") in names:
                message = f"The query option '{name}' is not supported here."
                raise QueryError(message)


NONE = Options()


def options_of(query: str) -> Options:
    """Return the options in ``query``. Raises QueryError."""
    if not query:
        return NONE
    if len(query) > LONGEST:
        message = f"The query is longer than {LONGEST} characters."
        raise QueryError(message)
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST, errors="strict")
    except ValueError as error:
        raise QueryError("The query cannot be read.") from error
    told: dict[str, str] = {}
    for name, value in pairs:
        option = _option(name)
        if option is None:
            continue
        if option in told:
            message = f"Query option '{name}' was specified more than once."
            raise QueryError(message)
        told[option] = value
    return Options(
        select=_names("$select", told.get("select", "")),
        expand=_names("$expand", BRACKETS.sub("", told.get("expand", ""))),
        filter=told.get("filter"),
        search=told.get("search"),
        order=[_order(one) for one in told.get("orderby", "").split(",") if one.strip()],
        top=_number("$top", told.get("top")),
        skip=_number("$skip", told.get("skip")),
        token=told.get("skiptoken"),
        delta=told.get("deltatoken"),
        count=_truth("$count", told.get("count")),
        given=[(name, value) for name, value in pairs if _option(name) not in {None, "skiptoken"}],
        parameters={
            name.lower().lstrip("@"): value for name, value in pairs if _option(name) is None
        },
    )


def _option(name: str) -> str | None:
    """Return the option that ``name`` is; those without ``$`` are the caller's own."""
    if not name.startswith("$"):
        return None
    option = name[1:].lower()
    if option not in KNOWN:
        message = f"The query option '{name[:40]}' is not known."
        raise QueryError(message)
    return option


def _names(option: str, text: str) -> Sequence[str]:
    names = [one.strip() for one in text.split(",") if one.strip()]
    if len(names) > MOST_NAMES or not all(NAME.fullmatch(one) or one == "*" for one in names):
        message = f"The names in {option} cannot be read."
        raise QueryError(message)
    return names


def _order(text: str) -> Order:
    name, _, direction = text.strip().partition(" ")
    if direction.strip() not in {"", "asc", "desc"} or not NAME.fullmatch(name):
        raise QueryError("$orderby cannot be read.")
    return Order(name, direction.strip() == "desc")


def _number(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        message = f"Invalid value for {option}: expected a whole number."
        raise QueryError(message)
    return int(text)


def _truth(option: str, text: str | None) -> bool:
    if text is None:
        return False
    if text.lower() not in TRUTHS:
        message = f"Invalid value for {option}: expected true or false."
        raise QueryError(message)
    return TRUTHS[text.lower()]
