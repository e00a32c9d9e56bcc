"""A change in progress, the link of a notice, the ports to read them, the changes of their life."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from proofup.methods.protocol import RegisteredMethod
from proofup.values.changes import Change
from proofup.values.ids import CorrelationId, MethodId, RegistrationId, SessionId, UserId
from proofup.values.ways import Way

LIFETIME = timedelta(minutes=30)  # to type a number, prove once more who one is, get the code
LINK_LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A method that a person wants to have, waiting for its proof.

    ``candidate`` is sealed at rest like a stored method. ``replaces`` is the method that it
    takes the place of. It belongs to the session that began it.
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


class Registrations(Protocol):
    """Reads changes in progress."""

    async def by_id(self, registration_id: RegistrationId) -> Registration | None:
        """Return the registration of this id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRegistration(Change):
    """Stores a new registration."""

    registration: Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRegistration(Change):
    """Ends a registration and forgets its candidate. Raises AlreadySpentError if it had ended."""

    registration_id: RegistrationId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLink:
    """The "this wasn't me" of a notice; ``token_digest`` is SHA-256 of what the mail carries."""

    token_digest: bytes
    user_id: UserId
    correlation_id: CorrelationId
    expires_at: datetime
    spent_at: datetime | None = None


class NoticeLinks(Protocol):
    """Reads the links of notices."""

    async def by_token(self, token_digest: bytes) -> NoticeLink | None:
        """Return the link whose token has this digest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNoticeLink(Change):
    """Stores a new link."""

    link: NoticeLink


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendNoticeLink(Change):
    """Uses a link up. Raises AlreadySpentError where it was used or is over."""

    token_digest: bytes
    at: datetime
