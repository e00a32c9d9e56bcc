"""The rules of the organisation: one document in the database.

Each rule has a sensible default and says what it means; ``docs/operators/policy.md`` says more.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Protocol, TypeAlias

import msgspec
from msgspec import Meta, Struct

from proofup.policy.campaign_rules import (
    EndingWays,
    NudgeExcluded,
    NudgeWays,
    SnoozeDays,
    Snoozes,
    WaysEndOn,
    Whom,
)
from proofup.policy.limits import Limit
from proofup.policy.permissions import Permission
from proofup.policy.rule_choices import (
    ACTS,
    DEMANDS,
    GUARDS,
    HIGHEST_NAMES,
    RESETS,
    Demand,
    Guard,
    Nudge,
    Resets,
)
from proofup.values.changes import Change
from proofup.values.ways import Way
from proofup.values.words import marked

Days: TypeAlias = Annotated[int, Meta(ge=0, le=365)]


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """All rules; ``title`` and ``description`` of each are shown to administrators.

    ``ways`` may be used and registered; None means all. ``methods`` holds by kind those rules of a
    single method that were set; the method declares which there are. ``limits`` holds by name the
    figures of those limits that were set.
    """

    ways: Annotated[
        frozenset[Way] | None,
        Meta(
            title=marked("Allowed methods"),
            description=marked(
                "How people may give a second proof. A person who has only forbidden methods uses "
                "one of them once more, and then registers another in the same sign-in."
            ),
        ),
    ] = None
    ending_ways: EndingWays = frozenset()
    ways_end_on: WaysEndOn = ""
    demand: Annotated[
        Demand,
        Meta(
            title=marked("Who must have a second proof"),
            description=marked(
                "People who have a method are always asked for it, and administrators always must "
                "have one."
            ),
            extra={"choices": DEMANDS},
        ),
    ] = Demand.PER_USER
    least_methods: Annotated[
        int,
        Meta(
            ge=1,
            le=3,
            title=marked("Methods that each person must have"),
            description=marked(
                "Where a second proof is demanded; never more than they can register."
            ),
        ),
    ] = 1
    grace_days: Annotated[
        Days,
        Meta(
            title=marked("Days to postpone registration"),
            description=marked(
                "If everyone must have a second proof: how long registration may be postponed, "
                "counted from the first time."
            ),
        ),
    ] = 0
    guard: Annotated[
        Guard,
        Meta(
            title=marked("What a first method needs"),
            description=marked(
                "An invitation keeps a thief of the password from registering the first method."
            ),
            extra={"choices": GUARDS},
        ),
    ] = Guard.PASSWORD
    nudge: Whom = Nudge.NOBODY
    nudge_ways: NudgeWays = None
    nudge_excluded: NudgeExcluded = ""
    snooze_days: SnoozeDays = 1
    snoozes: Snoozes = 3
    system_preferred: Annotated[
        bool,
        Meta(
            title=marked("Ask for the strongest method first"),
            description=marked(
                "A passkey before the app, the app before codes, and texts and calls last, instead "
                "of each person's default. Everybody can still choose another of their methods."
            ),
        ),
    ] = False
    remember_days: Annotated[
        Days,
        Meta(
            title=marked("Days a browser is remembered"),
            description=marked(
                "A remembered browser needs no second proof; 0 switches this off. A change also "
                "applies to browsers that are remembered already."
            ),
        ),
    ] = 0
    stay_signed_in: Annotated[
        bool,
        Meta(
            title=marked("Ask “Stay signed in?”"),
            description=marked(
                "With yes, the session lasts 24 hours, even if the browser is closed."
            ),
        ),
    ] = False
    password_reset: Annotated[
        Resets,
        Meta(
            title=marked("Who resets a forgotten password without the help desk"),
            description=marked(
                "By a code to a mail address or phone, or from an app, that is registered. The "
                "next sign-in still asks for the second proof."
            ),
            extra={"choices": RESETS},
        ),
    ] = Resets.NOBODY
    reset_proofs: Annotated[
        int,
        Meta(
            ge=1,
            le=2,
            title=marked("Proofs to reset a password"),
            description=marked("Of different kinds. Administrators always give two."),
        ),
    ] = 1
    reset_administrators: Annotated[
        bool,
        Meta(
            title=marked("Administrators reset their passwords too"),
            description=marked("With no, another administrator resets it for them."),
        ),
    ] = True
    reset_wait_hours: Annotated[
        int,
        Meta(
            ge=0,
            le=72,
            title=marked("Hours until a new method resets a password"),
            description=marked(
                "Somebody who added a method to an open session should not get the password too."
            ),
        ),
    ] = 24
    temporary_hours: Annotated[
        int,
        Meta(
            ge=1,
            le=72,
            title=marked("Hours a temporary password is valid"),
            description=marked("Then its owner asks the help desk for another one."),
        ),
    ] = 24
    fraud_blocks: Annotated[
        bool,
        Meta(
            title=marked("Block second proofs after a report of fraud"),
            description=marked("When somebody reports a call that they did not ask for."),
        ),
    ] = False
    block_days: Annotated[
        int,
        Meta(
            ge=1,
            le=365,
            title=marked("Days a block lasts"),
            description=marked("If it is not lifted earlier."),
        ),
    ] = 90
    undo_hours: Annotated[
        int,
        Meta(
            ge=0,
            le=72,
            title=marked("Hours to undo a job"),
            description=marked(
                "How long the methods that a job deleted are kept, sealed; 0 keeps nothing."
            ),
        ),
    ] = 24
    caller_check_acts: Annotated[
        frozenset[Permission],
        Meta(
            title=marked("Acts that need a check of who is calling"),
            description=marked(
                "The caller must prove who they are, to the administrator who does it, in the 15 "
                "minutes before it."
            ),
            extra={"choices": ACTS},
        ),
    ] = frozenset()
    caller_check_roles: Annotated[
        frozenset[str] | None,
        Meta(
            title=marked("Roles that must check who is calling"),
            description=marked("Whoever may do the act by another role as well needs no check."),
        ),
    ] = None
    approval_acts: Annotated[
        frozenset[Permission],
        Meta(
            title=marked("Acts that need a second approver"),
            description=marked(
                "Somebody else with the right to do the act approves it before it is carried out."
            ),
            extra={"choices": ACTS},
        ),
    ] = frozenset()
    approval_roles: Annotated[
        frozenset[str] | None,
        Meta(
            title=marked("Whose protection needs a second approver"),
            description=marked("Acts on people who hold one of these roles; all means everybody."),
        ),
    ] = HIGHEST_NAMES
    app_passwords: Annotated[
        bool,
        Meta(
            title=marked("App passwords"),
            description=marked(
                "People who need a second proof may make passwords for programs that can ask for "
                "none. Those that there are work either way."
            ),
        ),
    ] = False
    methods: Mapping[str, Mapping[str, Any]] = {}
    limits: Mapping[str, int] = {}

    def limit(self, limit: Limit) -> Limit:
        """Return ``limit`` with the figure that was set for it, or as it is."""
        told = self.limits.get(limit.name)
        return limit if told is None else limit.set_to(told)

    def __post_init__(self) -> None:
        """Refuse a day that no calendar has."""
        date.fromisoformat(self.ways_end_on or "1970-01-01")

    @property
    def ends_at(self) -> datetime | None:
        """The instant from which the ways that end are not allowed, if there is one."""
        if not (self.ways_end_on and self.ending_ways):
            return None
        return datetime.combine(date.fromisoformat(self.ways_end_on), time(), UTC)

    def ending(self, at: datetime) -> frozenset[Way]:
        """Return the ways that are to end later than ``at``."""
        ends_at = self.ends_at
        return self.ending_ways if ends_at is not None and at < ends_at else frozenset()

    def allows(self, way: Way, *, at: datetime) -> bool:
        """Tell whether ``way`` may be used and registered."""
        return bool(self.allowed(frozenset({way}), at=at))

    def allowed(self, served: frozenset[Way], *, at: datetime) -> frozenset[Way]:
        """Return which of the ways that are ``served`` may be used and registered."""
        found = served if self.ways is None else self.ways & served
        ends_at = self.ends_at
        return found if ends_at is None or at < ends_at else found - self.ending_ways

    @property
    def excluded(self) -> frozenset[str]:
        """The ids of groups and of people that the campaign leaves out."""
        return frozenset(one.strip() for one in self.nudge_excluded.split(",") if one.strip())

    @property
    def mark(self) -> str:
        """A mark of all rules as they are: another change of any makes another."""
        document = msgspec.json.encode(self, order="deterministic")
        return hashlib.sha256(document).hexdigest()[:32]

    @property
    def block_span(self) -> timedelta:
        """How long a block lasts if it is not lifted earlier."""
        return timedelta(days=self.block_days)

    @property
    def reset_wait(self) -> timedelta:
        """How long a new method resets no password."""
        return timedelta(hours=self.reset_wait_hours)

    @property
    def temporary_span(self) -> timedelta:
        """How long a password of an administrator is valid."""
        return timedelta(hours=self.temporary_hours)

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
