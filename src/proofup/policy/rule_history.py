"""What was set, by whom, when and why: the history of the rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change


class RuleChange(Struct, frozen=True, kw_only=True):
    """One rule in one change: what was set before and after, as text."""

    rule: str
    was: str
    now: str


class ChangeOfRules(Change, frozen=True, kw_only=True):
    """Rules that were set together; written with them. ``id`` sorts by time."""

    id: str
    at: datetime
    actor: str
    command: str | None = None
    reason: str | None = None
    rules: tuple[RuleChange, ...]


class RuleHistory(Protocol):
    """Reads what was set."""

    async def page(self, *, before: str | None = None, most: int) -> Sequence[ChangeOfRules]:
        """Return up to ``most`` changes, newest first, from before the id ``before``."""
        ...

    async def called(self, change: str) -> ChangeOfRules | None:
        """Return the change of this id."""
        ...

    async def latest(self, rules: Sequence[str]) -> Mapping[str, ChangeOfRules]:
        """Return the last change of each of ``rules`` that was ever set, with that rule alone."""
        ...
