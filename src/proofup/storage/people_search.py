"""People by the beginning of what they are called: four ranges of four indexes, one after another.

Behind them come people by a number that they have registered. Whoever an earlier range has is left
out of a later one, so that paging by key shows each once.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from proofup.directory.search import After, Filters, Found, Listed
from proofup.storage.aggregate import Aggregate
from proofup.storage.columns import flag_or_none
from proofup.storage.method_index import number_of
from proofup.storage.methods import MethodRows
from proofup.storage.statements import (
    ROWS_AT_ONCE,
    Row,
    Steps,
    Value,
    rows,
    rows_among,
    rows_of_many,
)
from proofup.storage.users import PERSON_COLUMNS, PERSON_WIDTH, person_of
from proofup.values.clock import to_microseconds
from proofup.values.ids import UserId
from proofup.values.names import folded_name
from proofup.values.number_search import SoughtNumber

LISTED_COLUMNS = (
    f"{PERSON_COLUMNS}, u.holding, u.canonical_name, u.search_name, "
    "COALESCE(u.search_surname, ''), COALESCE(u.search_mail, '')"
)
LISTED = f"{LISTED_COLUMNS} FROM users u JOIN accounts a ON a.user_id = u.id WHERE "
# A value that is not bound compares each column with itself.
FILTERED = (
    "AND u.user_type = COALESCE(?, u.user_type) AND a.enabled = COALESCE(?, a.enabled) "
    "AND a.mfa_state = COALESCE(?, a.mfa_state) "
    "AND CASE WHEN a.changes_held_at IS NULL THEN 0 ELSE 1 END >= ? "
    "AND COALESCE(a.proofs_blocked_until, 0) > ? AND COALESCE(a.tries_over_until, 0) > ? "
    "AND u.holding = COALESCE(?, u.holding) "
)
BY_USER_NAME = (
    f"SELECT {LISTED} u.canonical_name >= ? AND u.canonical_name < ? "
    f"AND u.canonical_name > ? {FILTERED}"
    "ORDER BY u.canonical_name LIMIT ?"
)
# Few accounts are kept out in one of these ways, so those are read instead of everybody.
ARE_KEPT_OUT = (
    "a.user_id >= '' AND (a.enabled = 0 OR a.changes_held_at IS NOT NULL "
    "OR a.proofs_blocked_until IS NOT NULL OR a.tries_over_until IS NOT NULL) "
)
KEPT_OUT = (
    f"SELECT {LISTED_COLUMNS} FROM accounts a CROSS JOIN users u "
    f"WHERE u.id = a.user_id AND {ARE_KEPT_OUT}"
    f"AND u.canonical_name > ? {FILTERED} ORDER BY u.canonical_name LIMIT ?"
)
HOLDING_SO = (
    f"SELECT {LISTED} u.holding = ? AND u.canonical_name > ? {FILTERED}"
    "ORDER BY u.canonical_name LIMIT ?"
)
EACH_KEPT_OUT = (
    "SELECT 1 FROM accounts a CROSS JOIN users u "
    f"WHERE u.id = a.user_id AND {ARE_KEPT_OUT} {FILTERED} LIMIT ?"
)
EACH_HOLDING_SO = "SELECT 1 FROM users WHERE holding = ? LIMIT ?"
NOT_BY_USER_NAME = "AND NOT (u.canonical_name >= ? AND u.canonical_name < ?) "
BY_NAME = (
    f"SELECT {LISTED} u.search_name >= ? AND u.search_name < ? "
    f"AND (u.search_name, u.canonical_name) > (?, ?) {NOT_BY_USER_NAME} {FILTERED}"
    "ORDER BY u.search_name, u.canonical_name LIMIT ?"
)
NOT_BY_NAME = "AND NOT (u.search_name >= ? AND u.search_name < ?) "
BY_SURNAME = (
    f"SELECT {LISTED} u.search_surname >= ? AND u.search_surname < ? "
    f"AND (u.search_surname, u.canonical_name) > (?, ?) {NOT_BY_USER_NAME} {NOT_BY_NAME} {FILTERED}"
    "ORDER BY u.search_surname, u.canonical_name LIMIT ?"
)
NOT_BY_SURNAME = (
    "AND NOT (COALESCE(u.search_surname, '') >= ? AND COALESCE(u.search_surname, '') < ?) "
)
BY_MAIL = (
    f"SELECT {LISTED} u.search_mail >= ? AND u.search_mail < ? "
    "AND (u.search_mail, u.canonical_name) > (?, ?) "
    f"{NOT_BY_USER_NAME} {NOT_BY_NAME} {NOT_BY_SURNAME} {FILTERED}"
    "ORDER BY u.search_mail, u.canonical_name LIMIT ?"
)
TURNS = (BY_USER_NAME, BY_NAME, BY_SURNAME, BY_MAIL)
BY_NUMBER = len(TURNS)  # the last turn
NOT_BY_MAIL = "AND NOT (COALESCE(u.search_mail, '') >= ? AND COALESCE(u.search_mail, '') < ?) "
WITH_ENDING = (
    "SELECT m.user_id, m.id, m.kind, m.slot, m.document, m.created_at, m.last_used_at, m.revision, "
    "m.pepper_id FROM authentication_methods m WHERE m.ending IN (?)"
)
NAMES_OF = "SELECT canonical_name, id FROM users WHERE id IN (?)"
WITH_NUMBER = (
    f"SELECT {LISTED} u.id IN (?) {NOT_BY_USER_NAME} {NOT_BY_NAME} {NOT_BY_SURNAME} {NOT_BY_MAIL} "
    f"{FILTERED} ORDER BY u.canonical_name"
)
KEY = PERSON_WIDTH + 1  # the column of the first turn's key; the others follow
LAST_LETTER = "\U0010ffff"


class PeopleSearchRows(Aggregate, frozen=True):
    """The port ``PeopleSearch``."""

    methods: MethodRows

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
        """Return people whose user name, name, surname or mail begins so, or with the number."""
        bound, name = _bound(filters, at=at), folded_name(begins)
        if not name:
            make = partial(_filtered, filters, bound, after.name if after else "", most)
        else:
            make = partial(self._called, name, bound, number, after, most)
        return await self.engine.read_long(make)

    async def count(self, filters: Filters, *, most: int, at: datetime) -> int:
        """Return how many people match a filter that has an index."""
        if filters.holding is not None:
            make = partial(rows, EACH_HOLDING_SO, int(filters.holding), most)
        else:
            make = partial(rows, EACH_KEPT_OUT, *_bound(filters, at=at), most)
        return len(await self.engine.read_long(make))

    def _called(
        self,
        begins: str,
        bound: Sequence[Value],
        number: SoughtNumber | None,
        after: After | None,
        most: int,
    ) -> Steps[Found]:
        first, span = after or After(0, "", ""), (begins, begins + LAST_LETTER)
        found: list[tuple[int, Row]] = []
        for turn, sql in enumerate(TURNS):
            if turn < first.turn or len(found) > most:
                continue
            key, name = (first.key, first.name) if turn == first.turn else ("", "")
            behind = (key, name) if turn else (name,)
            values = (*span, *behind, *span * turn, *bound, most + 1 - len(found))
            found += [(turn, columns) for columns in (yield from _matching(sql, values))]
        if number is not None and len(found) <= most:
            behind_name = first.name if first.turn == BY_NUMBER else ""
            users, values = (yield from self._with_number(number, behind_name)), span * BY_NUMBER
            for start in range(0, len(users), most + 1):
                some = users[start : start + most + 1]
                having = yield from rows_among(WITH_NUMBER, some, *values, *bound)
                found += [(BY_NUMBER, columns) for columns in having]
                if len(found) > most:
                    break
        return _page(found, most)

    def _with_number(self, number: SoughtNumber, behind: str) -> Steps[Sequence[UserId]]:
        """Return who has registered the number, by user name, from behind the name ``behind``."""
        names = {name for ending in number.endings for name in self.methods.index.names(ending)}
        found = yield from rows_of_many(WITH_ENDING, [(name,) for name in sorted(names)])
        held = [self.methods.method_of(UserId(one[0]), one[1:]) for one in found]
        users = sorted(
            {one.user_id for one in held if (its := number_of(one)) and number.is_met_by(its)}
        )
        named: list[Row] = []
        for start in range(0, len(users), ROWS_AT_ONCE):
            some = [(user_id,) for user_id in users[start : start + ROWS_AT_ONCE]]
            named += yield from rows_of_many(NAMES_OF, some)
        return [UserId(user_id) for name, user_id in sorted(named) if name > behind]


def _filtered(filters: Filters, bound: Sequence[Value], behind: str, most: int) -> Steps[Found]:
    """Return everybody to whom ``filters`` apply, by the index of the rarest of them."""
    if filters.held or filters.blocked or filters.paused or filters.enabled is False:
        found = yield from rows(KEPT_OUT, behind, *bound, most + 1)
    elif filters.holding is not None:
        found = yield from rows(HOLDING_SO, int(filters.holding), behind, *bound, most + 1)
    else:
        found = yield from rows(BY_USER_NAME, "", LAST_LETTER, behind, *bound, most + 1)
    return _page([(0, columns) for columns in found], most)


def _page(found: Sequence[tuple[int, Row]], most: int) -> Found:
    """Return the first ``most`` of ``found``, and where the next page begins if there are more."""
    shown = found[:most]
    people = [Listed(person_of(columns), bool(columns[PERSON_WIDTH])) for _, columns in shown]
    return Found(people, _end(shown) if len(found) > most else None)


def _matching(sql: str, values: Sequence[Value]) -> Steps[Sequence[Row]]:
    return (yield from rows(sql, *values))


def _end(shown: Sequence[tuple[int, Row]]) -> After:
    turn, columns = shown[-1]
    return After(turn, columns[KEY + turn] if turn < BY_NUMBER else "", columns[KEY])


def _bound(filters: Filters, *, at: datetime) -> tuple[Value, ...]:
    """Return what FILTERED binds."""
    now = to_microseconds(at)
    return (
        filters.user_type,
        flag_or_none(filters.enabled),
        filters.mfa_state,
        int(filters.held),
        now if filters.blocked else -1,
        now if filters.paused else -1,
        None if filters.holding is None else int(filters.holding),
    )
