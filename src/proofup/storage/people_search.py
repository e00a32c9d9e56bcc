"""People by the beginning of what they are called: four ranges of four indexes, one after another.

Whoever an earlier range has is left out of a later one, so that paging by key shows each once.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from proofup.directory.search import After, Filters, Found, Listed
from proofup.storage.aggregate import Aggregate
from proofup.storage.columns import flag_or_none
from proofup.storage.statements import Row, Steps, Value, rows
from proofup.storage.users import PERSON_COLUMNS, PERSON_WIDTH, person_of
from proofup.values.clock import to_microseconds
from proofup.values.names import folded_name

# The kinds that do not count are bound as one text, such as |recoveryCodes|.
HAS_METHOD = (
    "CASE WHEN EXISTS (SELECT 1 FROM authentication_methods m WHERE m.user_id = u.id "
    "AND ? NOT LIKE '%|' || m.kind || '|%') THEN 1 ELSE 0 END"
)
LISTED_COLUMNS = (
    f"{PERSON_COLUMNS}, {HAS_METHOD}, u.canonical_name, u.search_name, "
    "COALESCE(u.search_surname, ''), COALESCE(u.search_mail, '')"
)
LISTED = f"{LISTED_COLUMNS} FROM users u JOIN accounts a ON a.user_id = u.id WHERE "
# A value that is not bound compares each column with itself.
FILTERED = (
    "AND u.user_type = COALESCE(?, u.user_type) AND a.enabled = COALESCE(?, a.enabled) "
    "AND a.mfa_state = COALESCE(?, a.mfa_state) "
    "AND CASE WHEN a.changes_held_at IS NULL THEN 0 ELSE 1 END >= ? "
    f"AND COALESCE(a.proofs_blocked_until, 0) > ? AND {HAS_METHOD} <= ? "
)
BY_USER_NAME = (
    f"SELECT {LISTED} u.canonical_name >= ? AND u.canonical_name < ? "
    f"AND u.canonical_name > ? {FILTERED}"
    "ORDER BY u.canonical_name LIMIT ?"
)
# Few accounts are kept out in one of these ways, so those are read instead of everybody.
KEPT_OUT = (
    f"SELECT {LISTED_COLUMNS} FROM accounts a CROSS JOIN users u "
    "WHERE u.id = a.user_id AND a.user_id >= '' "
    "AND (a.enabled = 0 OR a.changes_held_at IS NOT NULL OR a.proofs_blocked_until IS NOT NULL) "
    f"AND u.canonical_name > ? {FILTERED} ORDER BY u.canonical_name LIMIT ?"
)
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
KEY = PERSON_WIDTH + 1  # the column of the first turn's key; the others follow
LAST_LETTER = "\U0010ffff"


class PeopleSearchRows(Aggregate, frozen=True):
    """The port ``PeopleSearch``."""

    async def find(
        self,
        begins: str,
        filters: Filters,
        *,
        passing: Collection[str],
        after: After | None,
        most: int,
        at: datetime,
    ) -> Found:
        """Return people whose user name, name, surname or mail begins so."""
        kinds = "".join(f"|{kind}|" for kind in sorted(passing))
        bound = _bound(filters, kinds, at=at)
        keeps_out = filters.held or filters.blocked or filters.enabled is False
        name = folded_name(begins)
        make = partial(_found, name, kinds, bound, after, most, keeps_out=keeps_out)
        return await self.engine.read_long(make)


def _found(
    begins: str,
    kinds: str,
    filtered: Sequence[Value],
    after: After | None,
    most: int,
    *,
    keeps_out: bool,
) -> Steps[Found]:
    if not begins and keeps_out:
        bound = (kinds, after.name if after else "", *filtered, most + 1)
        return _page([(0, columns) for columns in (yield from _matching(KEPT_OUT, bound))], most)
    first, span = after or After(0, "", ""), (begins, begins + LAST_LETTER)
    found: list[tuple[int, Row]] = []
    for turn, sql in enumerate(TURNS if begins else TURNS[:1]):
        if turn < first.turn or len(found) > most:
            continue
        key, name = (first.key, first.name) if turn == first.turn else ("", "")
        behind = (key, name) if turn else (name,)
        bound = (kinds, *span, *behind, *span * turn, *filtered, most + 1 - len(found))
        found += [(turn, columns) for columns in (yield from _matching(sql, bound))]
    return _page(found, most)


def _page(found: Sequence[tuple[int, Row]], most: int) -> Found:
    """Return the first ``most`` of ``found``, and where the next page begins if there are more."""
    shown = found[:most]
    people = [Listed(person_of(columns), bool(columns[PERSON_WIDTH])) for _, columns in shown]
    return Found(people, _end(shown) if len(found) > most else None)


def _matching(sql: str, bound: Sequence[Value]) -> Steps[Sequence[Row]]:
    return (yield from rows(sql, *bound))


def _end(shown: Sequence[tuple[int, Row]]) -> After:
    turn, columns = shown[-1]
    return After(turn, columns[KEY + turn], columns[KEY])


def _bound(filters: Filters, kinds: str, *, at: datetime) -> tuple[Value, ...]:
    """Return what FILTERED binds."""
    return (
        filters.user_type,
        flag_or_none(filters.enabled),
        filters.mfa_state,
        int(filters.held),
        to_microseconds(at) if filters.blocked else -1,
        kinds,
        int(not filters.without_method),
    )
