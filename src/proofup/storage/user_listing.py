"""Users by spans of what is indexed of them: one statement for each alternative, merged.

The statements are few and fixed, whatever is asked for: a span of one column leads, and the other
columns are compared with spans that hold for everybody unless something else was asked for.
"""

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from proofup.directory.listing import ALL, Place, Span, UserPage, Wanted
from proofup.storage.aggregate import Aggregate
from proofup.storage.columns import flag_or_none
from proofup.storage.statements import Result, Row, Steps, Value, rows
from proofup.storage.users import PERSON_COLUMNS, PERSON_WIDTH, person_of

NAME, DISPLAY_NAME = "u.canonical_name", "u.search_name"
SPANS = {
    "name": NAME,
    "mail": "u.search_mail",
    "surname": "u.search_surname",
    "display_name": DISPLAY_NAME,
}
LEADING = ("id", *SPANS)  # the one that fewest share first
QUICK = 100  # rows that are read in the event loop
FROM = "FROM users u JOIN accounts a ON a.user_id = u.id WHERE"
OTHERS = (
    "AND (? = 0 OR (u.search_mail IS NULL AND u.mail IS NOT NULL)) "
    "AND u.user_type = COALESCE(?, u.user_type) AND a.enabled = COALESCE(?, a.enabled)"
)


def _condition(leading: str) -> str:
    """Return the condition on all columns, where the index of ``leading`` is used."""
    said = ["u.id = ?" if leading == "id" else "u.id = COALESCE(?, u.id)"]
    for field, column in SPANS.items():
        # An expression has no index, so that of the leading column is taken.
        compared = column if field == leading else f"COALESCE({column}, '')"
        said.append(f"{compared} >= ? AND {compared} < ?")
    return f"{' AND '.join(said)} {OTHERS}"


PAGES = {
    (leading, order): (
        f"SELECT {PERSON_COLUMNS}, {order}, {NAME} {FROM} {_condition(leading)} "
        f"AND ({order}, {NAME}) > (?, ?) ORDER BY {order}, {NAME} LIMIT ?"
    )
    for leading in LEADING
    for order in (NAME, DISPLAY_NAME)
}
COUNTS = {leading: f"SELECT COUNT(*) {FROM} {_condition(leading)}" for leading in LEADING}
IDS = {leading: f"SELECT u.id {FROM} {_condition(leading)}" for leading in LEADING}


class UserListingRows(Aggregate, frozen=True):
    """The port ``UserListing``."""

    async def page(
        self,
        alternatives: Sequence[Wanted],
        *,
        by_display_name: bool,
        after: Place | None,
        most: int,
    ) -> UserPage:
        """Return a page of users for whom one of ``alternatives`` holds."""
        order = DISPLAY_NAME if by_display_name else NAME
        place = after or Place("", "")
        make = partial(_page, alternatives, order, place, most)
        if most <= QUICK and all(_runs_along(one, order) for one in alternatives):
            return await self._at_once(make())
        return await self.engine.read_long(make)

    async def count(self, alternatives: Sequence[Wanted]) -> int:
        """Return for how many users one of ``alternatives`` holds."""
        return await self.engine.read_long(partial(_count, alternatives))

    async def _at_once(self, steps: Steps[UserPage]) -> UserPage:
        """Run reads that an index leads: a connection of their own would cost more than they do."""
        try:
            statement = next(steps)
            while True:
                found = await self.engine.rows(statement.sql, *statement.values)
                statement = steps.send(Result(found, len(found)))
        except StopIteration as end:
            page: UserPage = end.value
            return page


def _runs_along(wanted: Wanted, order: str) -> bool:
    """Tell whether an index has what is wanted in this order, and nothing else beside it."""
    leading = _leading(wanted, order)
    plain = (
        Wanted(id=wanted.id)
        if leading == "id"
        else replace(Wanted(), **{leading: getattr(wanted, leading)})
    )
    return wanted == plain and (leading == "id" or SPANS[leading] == order)


def _page(alternatives: Sequence[Wanted], order: str, after: Place, most: int) -> Steps[UserPage]:
    found: dict[tuple[str, str], Row] = {}
    for wanted in alternatives:
        leading = _leading(wanted, order)
        bound = (*_bound(_entered(wanted, leading, order, after)), after.key, after.name, most + 1)
        for columns in (yield from rows(PAGES[leading, order], *bound)):
            found[columns[PERSON_WIDTH], columns[PERSON_WIDTH + 1]] = columns
    places = sorted(found)
    people = [person_of(found[place]) for place in places[:most]]
    return UserPage(people, Place(*places[most - 1]) if len(places) > most else None)


def _entered(wanted: Wanted, leading: str, order: str, after: Place) -> Wanted:
    """Return ``wanted`` from where the last page ended, if the leading index is in that order."""
    if SPANS.get(leading) != order:
        return wanted
    return replace(wanted, **{leading: getattr(wanted, leading).within(Span(after.key))})


def _count(alternatives: Sequence[Wanted]) -> Steps[int]:
    if len(alternatives) == 1:
        (wanted,) = alternatives
        ((number,),) = yield from rows(COUNTS[_leading(wanted, NAME)], *_bound(wanted))
        return int(number)
    found: set[str] = set()
    for wanted in alternatives:
        ids = yield from rows(IDS[_leading(wanted, NAME)], *_bound(wanted))
        found.update(user_id for (user_id,) in ids)
    return len(found)


def _leading(wanted: Wanted, order: str) -> str:
    """Return the column with the index to use: one that is asked for, else that of the order."""
    if wanted.id is not None:
        return "id"
    asked = (field for field in SPANS if getattr(wanted, field) != ALL)
    return next(asked, "display_name" if order == DISPLAY_NAME else "name")


def _bound(wanted: Wanted) -> tuple[Value, ...]:
    spans = [getattr(wanted, field) for field in SPANS]
    texts = [text for span in spans for text in (span.low, span.high)]
    others = (int(wanted.mail_is_name), wanted.user_type, flag_or_none(wanted.enabled))
    return (wanted.id, *texts, *others)
