"""Users, as Graph names their properties, and the accounts behind them."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.ids import SessionId, UserId
from proofup.values.ways import Way


class UserType(StrEnum):
    """Graph's ``userType``."""

    MEMBER = "Member"
    GUEST = "Guest"


class MfaState(StrEnum):
    """Graph's ``perUserMfaState``: whether this person must have a second proof."""

    DISABLED = "disabled"
    ENABLED = "enabled"  # must register one; becomes enforced when it is done
    ENFORCED = "enforced"


class Details(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What else of a profile is public; nothing here reads it but to show it."""

    job_title: str | None = None
    department: str | None = None
    company_name: str | None = None
    office_location: str | None = None
    employee_id: str | None = None
    employee_type: str | None = None
    street_address: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    fax_number: str | None = None
    other_mails: tuple[str, ...] = ()


NO_DETAILS = Details()


class User(Struct, frozen=True, kw_only=True):
    """The public profile. ``mobile_phone`` and ``business_phones`` are never used for sign-in."""

    id: UserId
    user_principal_name: str
    display_name: str
    given_name: str | None = None
    surname: str | None = None
    mail: str | None = None
    mobile_phone: str | None = None
    business_phones: tuple[str, ...] = ()
    user_type: UserType = UserType.MEMBER
    preferred_language: str | None = None
    usage_location: str | None = None
    details: Details = NO_DETAILS
    created_at: datetime


class Account(Struct, frozen=True, kw_only=True):
    """The private side of a user.

    Every session, sign-in in progress and remembered browser stores the ``epoch`` of its start;
    raising it revokes them all. ``default_way`` is the preferred option. ``changes_held_at`` is set
    by a report of "this wasn't me" until an administrator releases the account. Until
    ``proofs_blocked_until`` every second proof is denied, and nothing is sent. Registration may be
    postponed until ``grace_ends_at``. ``nudges`` is how often a stronger method was proposed,
    ``nudged_at`` when last. ``administers_until`` is the end of the last of the account's roles, or
    the latest possible instant if one has no end. It is computed from the roles, never stored.
    """

    user_id: UserId
    enabled: bool = True
    epoch: int = 0
    default_way: Way | None = None
    changes_held_at: datetime | None = None
    mfa_state: MfaState = MfaState.DISABLED
    proofs_blocked_until: datetime | None = None
    grace_ends_at: datetime | None = None
    nudges: int = 0
    nudged_at: datetime | None = None
    administers_until: datetime | None = None

    def is_administrator(self, at: datetime) -> bool:
        """Return whether the account holds any role ``at`` this instant."""
        return self.administers_until is not None and at < self.administers_until

    def is_open(self, epoch: int) -> bool:
        """Return whether the account is enabled and still has this ``epoch``."""
        return self.enabled and self.epoch == epoch


class Person(Struct, frozen=True):
    """A user with the account, read together."""

    user: User
    account: Account


class People(Protocol):
    """Reads users."""

    async def by_name(self, name: str) -> Person | None:
        """Return the person whose user principal name is ``name`` in canonical form."""
        ...

    async def by_id(self, user_id: UserId) -> Person | None:
        """Return the person of this id."""
        ...

    async def page(self, *, after: str | None, most: int) -> list[Person]:
        """Return up to ``most`` people ordered by name, starting after the name ``after``."""
        ...


class AddUser(Change, frozen=True, kw_only=True):
    """Stores a new user and account. Raises NameTakenError."""

    user: User
    account: Account


class ChangeUser(Change, frozen=True, kw_only=True):
    """Replaces the profile ``was`` by ``now``, which has the same id.

    Raises StaleError unless ``was`` is still stored, NameTakenError.
    """

    was: User
    now: User


class RequireEpoch(Change, frozen=True, kw_only=True):
    """Writes nothing; raises RevokedError unless the account is enabled and at this epoch."""

    user_id: UserId
    epoch: int


class RaiseEpoch(Change, frozen=True, kw_only=True):
    """Ends every session, sign-in in progress and remembered proof of the account.

    The session ``keep``, if any, gets the new epoch and stays valid; its browser stays known.
    """

    user_id: UserId
    keep: SessionId | None = None


class SetEnabled(Change, frozen=True, kw_only=True):
    """Enables or disables the account."""

    user_id: UserId
    enabled: bool


class SetDefaultWay(Change, frozen=True, kw_only=True):
    """Sets the preferred option."""

    user_id: UserId
    way: Way | None


class HoldChanges(Change, frozen=True, kw_only=True):
    """Blocks (an instant) or allows (None) changes of methods by the person."""

    user_id: UserId
    since: datetime | None


class SetMfaState(Change, frozen=True, kw_only=True):
    """Sets whether the person must have a second proof.

    With ``was``, it raises StaleError unless the state is still ``was``.
    """

    user_id: UserId
    state: MfaState
    was: MfaState | None = None


class BlockProofs(Change, frozen=True, kw_only=True):
    """Denies every second proof of the person until ``until``; None allows them again."""

    user_id: UserId
    until: datetime | None


class SetGrace(Change, frozen=True, kw_only=True):
    """Stores until when registration may be postponed; an earlier value stays."""

    user_id: UserId
    ends_at: datetime


class CountNudge(Change, frozen=True, kw_only=True):
    """Notes that a stronger method was proposed to the person."""

    user_id: UserId
    at: datetime


class ForgetNudges(Change, frozen=True, kw_only=True):
    """Counts the proposals to the person anew: they have set up what was proposed."""

    user_id: UserId


class NoteTriesOver(Change, frozen=True, kw_only=True):
    """Notes that the person has no try left for a second proof, ``until`` then at the latest."""

    user_id: UserId
    until: datetime
