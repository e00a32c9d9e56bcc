"""Sign-ins in progress: the value, the port to read it, and its changes."""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.directory.passwords import ForcedChange
from proofup.policy.proofs import Proofs
from proofup.values.changes import Change
from proofup.values.client import Client
from proofup.values.ids import CorrelationId, SessionId, SignInId, UserId

LIFETIME = timedelta(minutes=10)


class SignIn(Struct, frozen=True, kw_only=True):
    """One sign-in from its first page to its end, bound to one browser and one account.

    ``token_digest`` is SHA-256 of the browser's cookie. ``user_id`` is None for an unknown name; it
    is set with the name and never changes. ``session_id`` is set for a fresh proof within a
    session. ``follows`` is the sign-in that the same browser began for the same account before.
    ``language`` is that of the page, which texts and calls follow. ``put_off`` says that the person
    postponed the required action, ``remember`` that the browser should be remembered,
    ``remembered`` that it is and replaces the second proof, ``nudged`` that a stronger method is
    proposed. ``stay`` is the answer to "Stay signed in?", or None. With
    ``forced_change`` its password must be replaced. ``revision`` grows with each step.
    """

    id: SignInId
    token_digest: bytes
    name: str
    user_id: UserId | None
    epoch: int
    proofs: Proofs
    session_id: SessionId | None = None
    follows: SignInId | None = None
    return_to: str | None = None
    correlation_id: CorrelationId
    client: Client
    language: str
    started_at: datetime
    expires_at: datetime
    finished_at: datetime | None = None
    put_off: bool = False
    remember: bool = False
    remembered: bool = False
    nudged: bool = False
    stay: bool | None = None
    forced_change: ForcedChange | None = None
    revision: int = 0


class SignIns(Protocol):
    """Reads sign-ins in progress."""

    async def by_token(self, token_digest: bytes) -> SignIn | None:
        """Return the latest sign-in of the browser that holds the token."""
        ...


class OpenSignIn(Change, frozen=True, kw_only=True):
    """Stores a new sign-in; an older one of the same token is removed."""

    sign_in: SignIn


class AdvanceSignIn(Change, frozen=True, kw_only=True):
    """Stores ``sign_in`` in place of the same at its revision, unless that one is finished.

    Its user, browser and target never change, so they are not written. Raises StaleError.
    """

    sign_in: SignIn
