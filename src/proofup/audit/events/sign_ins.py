"""Sign-ins, sessions, and browsers that are remembered."""

from typing import Literal

from proofup.audit.events.event import Event
from proofup.values.ways import Way


class SignedIn(Event, frozen=True, kw_only=True, tag="signedIn"):
    """Somebody signed in.

    ``level`` is the level of assurance. ``way`` is that of the second proof, or
    ``rememberedDevice`` or ``none``. ``stays`` is there where the session outlives the browser.
    """

    level: str
    way: str
    stays: Literal["yes"] | None = None


class ProofRenewed(Event, frozen=True, kw_only=True, tag="proofRenewed"):
    """Somebody who was signed in proved once more who they are; fields as in ``SignedIn``."""

    level: str
    way: str
    stays: Literal["yes"] | None = None


class SignInFailed(Event, frozen=True, kw_only=True, tag="signInFailed"):
    """A sign-in failed at the password, or at what came in place of it in the way ``way``."""

    because: str
    way: Way | None = None


class FirstMethodUsed(Event, frozen=True, kw_only=True, tag="firstMethodUsed"):
    """What came in place of the password, in the way ``way``, was right."""

    way: Way


class SignedOut(Event, frozen=True, tag="signedOut"):
    """Somebody ended their session."""


class SessionEnded(Event, frozen=True, kw_only=True, tag="sessionEnded"):
    """Somebody ended one of their other sessions, whose id is ``session``."""

    session: str


class SessionsRevoked(Event, frozen=True, kw_only=True, tag="sessionsRevoked"):
    """Every session of a user ended.

    A user who did it has ``by`` and how many there were; the host has the command.
    """

    by: Literal["user"] | None = None
    sessions: int | None = None
    command: str | None = None
    reason: str | None = None


class DeviceRemembered(Event, frozen=True, kw_only=True, tag="deviceRemembered"):
    """A browser will skip the second proof for a while; ``device`` is its id."""

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
