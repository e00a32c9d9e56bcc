"""The history of the rules: a row for each rule in each change."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from proofup.policy.rule_history import ChangeOfRules, RuleChange
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Row, Steps, rows, rows_of_many, touched_in_parts
from proofup.values.clock import from_microseconds, to_microseconds

LAST_ID = "~"  # sorts after every id
COLUMNS = "id, at, actor, command, reason, rule, was, now"
ADD = f"INSERT INTO rule_changes ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
IDS_BEFORE = "SELECT id FROM rule_changes WHERE id < ? GROUP BY id ORDER BY id DESC LIMIT ?"
OF_IDS = f"SELECT {COLUMNS} FROM rule_changes WHERE id IN (?) ORDER BY id DESC, rule"
LATEST = (
    f"SELECT {COLUMNS} FROM rule_changes r WHERE r.rule IN (?) "
    "AND r.id = (SELECT MAX(m.id) FROM rule_changes m WHERE m.rule = r.rule)"
)


class RuleChangeRows(Aggregate, frozen=True):
    """The port ``RuleHistory``, and its change."""

    async def page(self, *, before: str | None = None, most: int) -> Sequence[ChangeOfRules]:
        """Return up to ``most`` changes, newest first, from before the id ``before``."""
        return await self.engine.read_long(lambda: _page(before or LAST_ID, most))

    async def called(self, change: str) -> ChangeOfRules | None:
        """Return the change of this id."""
        found = _changes(await self.engine.rows(OF_IDS, change))
        return found[0] if found else None

    async def latest(self, rules: Sequence[str]) -> Mapping[str, ChangeOfRules]:
        """Return the last change of each of ``rules`` that was ever set, with that rule alone."""
        found = await self.engine.read_long(lambda: rows_of_many(LATEST, [(one,) for one in rules]))
        return {one[5]: _changes([one])[0] for one in found}

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {ChangeOfRules: self.add}

    def add(self, change: ChangeOfRules) -> Steps[None]:
        """Store a change."""
        whose = (change.id, to_microseconds(change.at), change.actor, change.command, change.reason)
        many = [(*whose, one.rule, one.was, one.now) for one in change.rules]
        yield from touched_in_parts(ADD, many)


def _page(before: str, most: int) -> Steps[list[ChangeOfRules]]:
    ids = yield from rows(IDS_BEFORE, before, most)
    found = (yield from rows_of_many(OF_IDS, list(ids))) if ids else ()
    return _changes(found)


def _changes(found: Sequence[Row]) -> list[ChangeOfRules]:
    """Return the changes in rows that are ordered by their ids."""
    changes = []
    for (id_, at, actor, command, reason), own in groupby(found, key=lambda one: one[:5]):
        rules = tuple(RuleChange(rule=rule, was=was, now=now) for *_, rule, was, now in own)
        changes.append(
            ChangeOfRules(
                id=id_,
                at=from_microseconds(at),
                actor=actor,
                command=command,
                reason=reason,
                rules=rules,
            )
        )
    return changes
