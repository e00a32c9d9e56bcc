"""Changes in progress: the value, the port to read it, and its changes."""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.methods.registered_methods import RegisteredMethod
from proofup.values.changes import Change
from proofup.values.ids import CorrelationId, MethodId, RegistrationId, SessionId, UserId
from proofup.values.ways import Way

LIFETIME = timedelta(minutes=30)  # to type a number, give a fresh proof, and get the code


class Registration(Struct, frozen=True, kw_only=True):
    """A method that a person wants to have, waiting for its proof.

    ``candidate`` is sealed at rest like a stored method. ``replaces`` is the method that it
    replaces. The change belongs to the session that started it. ``default``, if chosen, is the
    preferred option from its confirmation on. ``then`` is the next change that was requested
    together with this one. ``code_digest`` finds it for the device that brings the code of its
    page; a device takes its place once, at ``enrolled_at``.
    """

    id: RegistrationId
    user_id: UserId
    session_id: SessionId
    candidate: RegisteredMethod
    way: Way
    replaces: MethodId | None
    correlation_id: CorrelationId
    created_at: datetime
    expires_at: datetime
    finished_at: datetime | None = None
    default: Way | None = None
    then: RegistrationId | None = None
    code_digest: bytes | None = None
    enrolled_at: datetime | None = None


class Registrations(Protocol):
    """Reads changes in progress."""

    async def by_id(self, registration_id: RegistrationId) -> Registration | None:
        """Return the registration of this id."""
        ...

    async def by_code(self, code_digest: bytes) -> Registration | None:
        """Return the registration whose page shows the code."""
        ...


class OpenRegistration(Change, frozen=True, kw_only=True):
    """Stores a new registration."""

    registration: Registration


class EnrolCandidate(Change, frozen=True, kw_only=True):
    """Stores the candidate with the key of its device, once.

    Raises AlreadySpentError where a device was enrolled before, or the registration has ended.
    """

    registration_id: RegistrationId
    candidate: RegisteredMethod
    at: datetime


class FinishRegistration(Change, frozen=True, kw_only=True):
    """Ends a registration and forgets its candidate. Raises AlreadySpentError if it had ended."""

    registration_id: RegistrationId
    at: datetime
