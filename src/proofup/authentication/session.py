"""Sessions: the value, the port to read it, and its changes."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import Person
from proofup.policy.proofs import Proofs
from proofup.values.changes import Change
from proofup.values.client import Client
from proofup.values.ids import BrowserId, CorrelationId, SessionId, UserId

IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=24)
TOUCH_AFTER = timedelta(minutes=1)  # use of a session is noted this often, not with every request


class Session(Struct, frozen=True, kw_only=True):
    """The result of a sign-in, valid until it ends or the account's epoch is raised.

    ``token_digest`` is SHA-256 of the cookie. After a fresh proof the id stays, but the token
    changes. ``ends_at`` never changes. ``remembered`` says that a remembered browser replaced the
    second proof. ``browser_id`` is the known browser that it was opened in. ``stays`` says that its
    owner wants to stay signed in when nothing is done in it, and when the browser is closed.
    """

    id: SessionId
    token_digest: bytes
    user_id: UserId
    epoch: int
    proofs: Proofs
    correlation_id: CorrelationId
    client: Client
    started_at: datetime
    last_seen_at: datetime
    ends_at: datetime
    remembered: bool = False
    browser_id: BrowserId | None = None
    stays: bool = False

    def is_over(self, at: datetime) -> bool:
        """Return whether it has expired ``at`` this instant."""
        is_idle = not self.stays and at >= self.last_seen_at + IDLE
        return is_idle or at >= self.ends_at

    @property
    def kept_for(self) -> timedelta | None:
        """How long the browser keeps it; None is until it is closed."""
        return ABSOLUTE if self.stays else None


class ActiveSession(Struct, frozen=True):
    """A session with the person whose it is, read in one go."""

    session: Session
    person: Person


class SessionEnd(StrEnum):
    """Why a session is invalid although the browser still sends its cookie."""

    TIME = "time"  # it was idle for too long, or its 24 hours are over
    REVOKED = "revoked"  # the account was disabled, or all its sessions were revoked


class Sessions(Protocol):
    """Reads sessions."""

    async def by_token(self, token_digest: bytes) -> ActiveSession | None:
        """Return the session whose token has this digest, and its person as they are now."""
        ...

    async def of_user(
        self, user_id: UserId, *, epoch: int, at: datetime, most: int
    ) -> list[Session]:
        """Return the sessions of ``epoch`` that are not over at ``at``, the last used first."""
        ...


class OpenSession(Change, frozen=True, kw_only=True):
    """Stores a new session."""

    session: Session


class RenewSession(Change, frozen=True, kw_only=True):
    """Gives a session a new token and new proofs. Raises RevokedError where it is gone."""

    session: Session


class TouchSession(Change, frozen=True, kw_only=True):
    """Notes that the session was used at ``at``; a session that is gone stays gone."""

    session_id: SessionId
    at: datetime


class EndSession(Change, frozen=True, kw_only=True):
    """Removes a session; one that is gone already is no error."""

    session_id: SessionId
