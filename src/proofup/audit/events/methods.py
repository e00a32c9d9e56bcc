"""Authentication methods: registering them, changing them, and reports about changes."""

from typing import Literal

from proofup.audit.events.event import Event


class MethodAdded(Event, frozen=True, kw_only=True, tag="methodAdded"):
    """A method was added; ``now`` is its masked description, ``was`` is empty."""

    kind: str
    was: str
    now: str
    command: str | None = None
    reason: str | None = None


class MethodReplaced(Event, frozen=True, kw_only=True, tag="methodReplaced"):
    """A method took the place of another of its kind, both described and masked."""

    kind: str
    was: str
    now: str
    command: str | None = None
    reason: str | None = None


class MethodRenamed(Event, frozen=True, kw_only=True, tag="methodRenamed"):
    """A method was given another name: ``now``."""

    kind: str
    was: str
    now: str
    command: str | None = None
    reason: str | None = None


class MethodRemoved(Event, frozen=True, kw_only=True, tag="methodRemoved"):
    """A method was deleted; ``was`` is its masked description, ``now`` is empty."""

    kind: str
    was: str
    now: str
    command: str | None = None
    reason: str | None = None


class OathTokenAdded(Event, frozen=True, kw_only=True, tag="oathTokenAdded"):
    """A hardware token was added to the stock; nobody can use it yet."""

    serial: str
    model: str
    command: str | None = None
    reason: str | None = None


class OathTokenChanged(Event, frozen=True, kw_only=True, tag="oathTokenChanged"):
    """What is told of a hardware token that nobody had was changed."""

    serial: str
    model: str
    command: str | None = None
    reason: str | None = None


class OathTokenDeleted(Event, frozen=True, kw_only=True, tag="oathTokenDeleted"):
    """A hardware token that nobody had was deleted from the stock."""

    serial: str
    model: str
    command: str | None = None
    reason: str | None = None


class MethodsReset(Event, frozen=True, kw_only=True, tag="methodsReset"):
    """All methods of a user were deleted; ``cleared`` lists them, masked."""

    cleared: str
    reason: str
    command: str | None = None


class MethodsRestored(Event, frozen=True, kw_only=True, tag="methodsRestored"):
    """Methods that a job had deleted were put back; ``restored`` lists them, masked."""

    restored: str
    job: str
    command: str | None = None


class DefaultMethodChanged(Event, frozen=True, kw_only=True, tag="defaultMethodChanged"):
    """The default changed; ``to`` is its masked number, or empty."""

    was: str
    now: str
    to: str
    command: str | None = None
    reason: str | None = None


class RecoveryCodesMade(Event, frozen=True, kw_only=True, tag="recoveryCodesMade"):
    """The user made a new set of ``count`` recovery codes."""

    count: int


class NotMeReported(Event, frozen=True, kw_only=True, tag="notMeReported"):
    """The user reported "this wasn't me", by a mailed link or in a session.

    ``gone`` are the methods that were taken away for it and ``back`` those that came back, masked.
    """

    by: Literal["link", "session"]
    gone: str | None = None
    back: str | None = None


class ChangesReleased(Event, frozen=True, kw_only=True, tag="changesReleased"):
    """Methods may be changed again after such a report."""

    command: str | None = None
    reason: str | None = None


class Invited(Event, frozen=True, kw_only=True, tag="invited"):
    """A user was sent or given a link with which to register a first method."""

    command: str | None = None


class InvitationRevoked(Event, frozen=True, kw_only=True, tag="invitationRevoked"):
    """The link of an invitation was taken back before it was used."""

    command: str | None = None
    reason: str | None = None


class InvitationOpened(Event, frozen=True, tag="invitationOpened"):
    """Somebody opened the link of an invitation."""


class RegistrationStarted(Event, frozen=True, kw_only=True, tag="registrationStarted"):
    """A user who must register a method started with one of ``kind``."""

    kind: str


class RegistrationSkipped(Event, frozen=True, tag="registrationSkipped"):
    """A user postponed the registration."""


class RegistrationCompleted(Event, frozen=True, kw_only=True, tag="registrationCompleted"):
    """A user registered everything that is required, or did not, for the reason ``because``."""

    because: str | None = None
