"""A browser in which an account has signed in, the port to read it, and the change of its life.

It lets nobody in. Wrong passwords from it are counted by themselves, so that whoever guesses
elsewhere does not keep the owner out of it (security.md 4.6).
"""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.ids import BrowserId, UserId

KNOWN_FOR = timedelta(days=365)  # from the last sign-in in it
MOST_BROWSERS = 20  # of one account; the one that was used least lately goes first


class KnownBrowser(Struct, frozen=True, kw_only=True):
    """One account in one browser, which may know several.

    ``token_digest`` is SHA-256 of the cookie, which is another one after every sign-in. The id
    stays, for wrong passwords are counted under it: to sign in to one account gives no tries for
    another.
    """

    id: BrowserId
    token_digest: bytes
    user_id: UserId
    epoch: int
    expires_at: datetime

    def is_known(self, *, epoch: int, at: datetime) -> bool:
        """Tell whether it counts at ``epoch`` of its account."""
        return self.epoch == epoch and at < self.expires_at


class KnownBrowsers(Protocol):
    """Reads known browsers."""

    async def by_token(self, token_digest: bytes, user_id: UserId) -> KnownBrowser | None:
        """Return what the browser that holds the token is to the account."""
        ...


class KnowBrowser(Change, frozen=True, kw_only=True):
    """Stores ``browser``; every account that was known under ``before`` goes on under its token."""

    browser: KnownBrowser
    before: bytes | None
