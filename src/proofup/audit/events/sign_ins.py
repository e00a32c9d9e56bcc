"""Events of sign-ins, sessions and remembered browsers."""

from typing import Literal

from proofup.audit.events.event import Event
from proofup.values.ways import Way


class SignedIn(Event, frozen=True, kw_only=True, tag="signedIn"):
    """Somebody signed in.

    ``level`` is the level of assurance. ``way`` is the way of the second proof, or
    ``rememberedDevice`` or ``none``. ``stays`` is set if the session outlives the browser.
    ``application`` and ``name`` are those of the application that sent them to sign in, if one did.
    """

    level: str
    way: str
    stays: Literal["yes"] | None = None
    application: str | None = None
    name: str | None = None


class ProofRenewed(Event, frozen=True, kw_only=True, tag="proofRenewed"):
    """A signed-in user gave a fresh proof; fields as in ``SignedIn``."""

    level: str
    way: str
    stays: Literal["yes"] | None = None
    application: str | None = None
    name: str | None = None


class SignInFailed(Event, frozen=True, kw_only=True, tag="signInFailed"):
    """A sign-in failed at the password or, with ``way``, at the method used in place of it.

    ``application`` and ``name`` as in ``SignedIn``.
    """

    because: str
    way: Way | None = None
    application: str | None = None
    name: str | None = None


class FirstMethodUsed(Event, frozen=True, kw_only=True, tag="firstMethodUsed"):
    """The method used in place of the password, answered in ``way``, was accepted."""

    way: Way


class SignedOut(Event, frozen=True, tag="signedOut"):
    """Somebody ended their session."""


class SessionEnded(Event, frozen=True, kw_only=True, tag="sessionEnded"):
    """Somebody ended one of their other sessions, whose id is ``session``."""

    session: str


class SessionsRevoked(Event, frozen=True, kw_only=True, tag="sessionsRevoked"):
    """Every session of a user ended.

    If the user did it, ``by`` and ``sessions`` are set; if the host did, ``command`` is.
    """

    by: Literal["user"] | None = None
    sessions: int | None = None
    command: str | None = None
    reason: str | None = None


class DeviceRemembered(Event, frozen=True, kw_only=True, tag="deviceRemembered"):
    """A browser was remembered, so it needs no second proof for some days; ``device`` is its id."""

    device: str


class DeviceForgotten(Event, frozen=True, kw_only=True, tag="deviceForgotten"):
    """The user forgot a remembered browser."""

    device: str


class DeviceRefused(Event, frozen=True, kw_only=True, tag="deviceRefused"):
    """A remembered browser was refused and forgotten."""

    device: str
    because: str


class DevicesRestored(Event, frozen=True, kw_only=True, tag="rememberedDevicesRestored"):
    """All remembered browsers of a user were forgotten; ``devices`` is how many."""

    devices: int
    command: str | None = None
    reason: str | None = None
