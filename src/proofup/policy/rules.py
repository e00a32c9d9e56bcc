"""The rules of the organisation: one document in the database.

Each rule has a sensible default. ``docs/operators/policy.md`` explains each.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Protocol, TypeAlias

from msgspec import Meta, Struct

from proofup.policy.limits import Limit
from proofup.values.changes import Change
from proofup.values.ways import Way

Days: TypeAlias = Annotated[int, Meta(ge=0, le=365)]


class Demand(StrEnum):
    """Who must have a second proof, beside everybody who has registered one."""

    PER_USER = "perUser"  # those whose account says so
    EVERYONE = "everyone"


class Guard(StrEnum):
    """What is needed to register a first method."""

    PASSWORD = "password"  # noqa: S105 - the name of a rule
    INVITATION = "invitation"  # and the link of one, opened in the same browser


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """All rules.

    ``ways`` may be used and registered; None means all. ``least_methods`` is how many methods a
    person must have if one is demanded. If ``demand`` is everyone, registration may be postponed
    for ``grace_days`` from the first postponement. ``guard`` is what a first method needs.
    ``nudge`` proposes a stronger method to users of a restricted one, at most every
    ``snooze_days``, and with ``limit_snoozes`` demands it the fourth time. ``remember_days`` is how
    long a browser is remembered. ``stay_signed_in`` lets people keep a session when they close the
    browser. ``fraud_blocks`` blocks the second proofs of somebody who reports a stranger for
    ``block_days``. ``undo_hours`` is for how long what a job has deleted can be put back.
    ``methods`` holds by kind those rules of a single method that were set; the method declares
    which there are. ``limits`` holds by name the figures of those limits that were set.
    """

    ways: frozenset[Way] | None = None
    demand: Demand = Demand.PER_USER
    least_methods: Annotated[int, Meta(ge=1, le=3)] = 1
    grace_days: Days = 0
    guard: Guard = Guard.PASSWORD
    nudge: bool = False
    snooze_days: Annotated[int, Meta(ge=0, le=14)] = 1
    limit_snoozes: bool = True
    remember_days: Days = 0
    stay_signed_in: bool = False
    fraud_blocks: bool = False
    block_days: Annotated[int, Meta(ge=1, le=365)] = 90
    undo_hours: Annotated[int, Meta(ge=0, le=72)] = 24
    methods: Mapping[str, Mapping[str, Any]] = {}
    limits: Mapping[str, int] = {}

    def limit(self, limit: Limit) -> Limit:
        """Return ``limit`` with the figure that was set for it, or as it is."""
        told = self.limits.get(limit.name)
        return limit if told is None else limit.set_to(told)

    def allows(self, way: Way) -> bool:
        """Tell whether ``way`` may be used and registered."""
        return self.ways is None or way in self.ways

    def allowed(self, served: frozenset[Way]) -> frozenset[Way]:
        """Return which of the ways that are ``served`` may be used and registered."""
        return served if self.ways is None else self.ways & served

    @property
    def block_span(self) -> timedelta:
        """How long a block lasts if it is not lifted earlier."""
        return timedelta(days=self.block_days)

    @property
    def undo_span(self) -> timedelta:
        """How long what a job has deleted can be put back."""
        return timedelta(hours=self.undo_hours)


class Policies(Protocol):
    """Reads the rules."""

    async def current(self) -> Policy:
        """Return the rules as they are now."""
        ...


class SetPolicy(Change, frozen=True, kw_only=True):
    """Stores ``policy`` in place of the rules there were.

    With ``was`` only if they are so until now; else it raises StaleError.
    """

    policy: Policy
    was: Policy | None = None
