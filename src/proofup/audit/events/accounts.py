"""Events of accounts, of their MFA state, and of the organisation's rules."""

from typing import ClassVar, Literal

from proofup.audit.events.event import Event


class UserAdded(Event, frozen=True, kw_only=True, tag="userAdded"):
    """A user was added; ``methods`` are the kinds of those registered for them."""

    of_profile: ClassVar[bool] = True

    command: str | None = None
    methods: str | None = None


class UserChanged(Event, frozen=True, kw_only=True, tag="userChanged"):
    """An account was enabled or disabled."""

    of_profile: ClassVar[bool] = True

    account_enabled: bool
    command: str | None = None
    reason: str | None = None


class ProfileChanged(Event, frozen=True, kw_only=True, tag="profileChanged"):
    """The public profile of a user changed; ``properties`` are the names of those that did."""

    of_profile: ClassVar[bool] = True

    properties: str
    command: str | None = None
    reason: str | None = None


class UserDeleted(Event, frozen=True, kw_only=True, tag="userDeleted"):
    """A user was deleted, and can be restored; ``name`` is the one that became free."""

    of_profile: ClassVar[bool] = True

    name: str
    command: str | None = None
    reason: str | None = None


class UserRestored(Event, frozen=True, kw_only=True, tag="userRestored"):
    """A deleted user was restored."""

    of_profile: ClassVar[bool] = True

    command: str | None = None
    reason: str | None = None


class UserErased(Event, frozen=True, kw_only=True, tag="userErased"):
    """A deleted user was erased, with all that was stored of them but this log."""

    of_profile: ClassVar[bool] = True

    command: str | None = None
    reason: str | None = None


class PasswordSet(Event, frozen=True, kw_only=True, tag="passwordSet"):
    """The password of a user changed, or the change was refused for the reason ``because``.

    ``reason`` is why an administrator set it, and ``forced_change`` when the user must replace it.
    """

    by: Literal["owner"] | None = None
    because: str | None = None
    forced_change: str | None = None
    command: str | None = None
    reason: str | None = None


class PasswordResetByOwner(Event, frozen=True, kw_only=True, tag="passwordReset"):
    """A user who forgot the password set a new one; ``proofs`` are what they proved it with."""

    proofs: str


class PasswordChangeForced(Event, frozen=True, kw_only=True, tag="passwordChangeForced"):
    """The next sign-in of a user demands a new password."""

    forced_change: str
    command: str | None = None
    reason: str | None = None


class MfaStateChanged(Event, frozen=True, kw_only=True, tag="mfaStateChanged"):
    """The per-user state of multifactor authentication changed."""

    was: str
    now: str
    command: str | None = None
    reason: str | None = None


class PolicyChanged(Event, frozen=True, kw_only=True, tag="policyChanged"):
    """Rules were set; ``rules`` are their names, ``was`` and ``now`` what was set for each."""

    rules: str
    was: str | None = None
    now: str | None = None
    reason: str | None = None
    command: str | None = None
