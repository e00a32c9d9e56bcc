"""Events of app passwords, which programs sign in with by old protocols."""

from proofup.audit.events.event import Event


class AppPasswordMade(Event, frozen=True, kw_only=True, tag="appPasswordMade"):
    """The user made an app password called ``name``, whose id is ``app_password``."""

    app_password: str
    name: str


class AppPasswordDeleted(Event, frozen=True, kw_only=True, tag="appPasswordDeleted"):
    """The user deleted an app password."""

    app_password: str
    name: str


class AppPasswordsDeleted(Event, frozen=True, kw_only=True, tag="appPasswordsDeleted"):
    """All app passwords of a user were deleted; ``app_passwords`` is how many."""

    app_passwords: int
    command: str | None = None
    reason: str | None = None


class AppPasswordUsed(Event, frozen=True, kw_only=True, tag="appPasswordUsed"):
    """A program signed in by ``protocol``; the app password took the place of a second proof.

    Of uses that are alike one an hour is recorded.
    """

    app_password: str
    name: str
    protocol: str


class AppPasswordRefused(Event, frozen=True, kw_only=True, tag="appPasswordRefused"):
    """A program was refused, which asked by ``protocol``."""

    protocol: str
    because: str
