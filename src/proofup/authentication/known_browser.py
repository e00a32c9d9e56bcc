"""Known browsers: browsers in which an account has signed in, their port, and their change.

A known browser grants no access. Its wrong passwords are counted apart, so that an attacker
elsewhere cannot lock the owner out of it.
"""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.ids import BrowserId, UserId

KNOWN_FOR = timedelta(days=365)  # from the last sign-in in it
MOST_BROWSERS = 20  # of one account; the least recently used is removed first


class KnownBrowser(Struct, frozen=True, kw_only=True):
    """One account in one browser, which may know several.

    ``token_digest`` is SHA-256 of the cookie, which changes with every sign-in. The id stays,
    because wrong passwords are counted under it: signing in to one account gives no new attempts at
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
