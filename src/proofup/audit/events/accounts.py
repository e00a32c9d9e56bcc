"""Events of accounts, of their MFA state, and of the organisation's rules."""

from typing import Literal

from proofup.audit.events.event import Event


class UserAdded(Event, frozen=True, kw_only=True, tag="userAdded"):
    """A user was added; ``methods`` are the kinds of those registered for them."""

    command: str | None = None
    methods: str | None = None


class UserChanged(Event, frozen=True, kw_only=True, tag="userChanged"):
    """An account was enabled or disabled."""

    account_enabled: bool
    command: str | None = None
    reason: str | None = None


class PasswordSet(Event, frozen=True, kw_only=True, tag="passwordSet"):
    """The password of a user changed, or the change was refused for the reason ``because``.

    ``reason`` is why an administrator set it.
    """

    by: Literal["owner"] | None = None
    because: str | None = None
    command: str | None = None
    reason: str | None = None


class MfaStateChanged(Event, frozen=True, kw_only=True, tag="mfaStateChanged"):
    """The per-user state of multifactor authentication changed."""

    was: str
    now: str
    command: str | None = None
    reason: str | None = None


class PolicyChanged(Event, frozen=True, kw_only=True, tag="policyChanged"):
    """Rules were set; ``rules`` are their names."""

    rules: str
    command: str | None = None
