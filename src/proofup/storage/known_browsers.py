"""Browsers in which accounts have signed in: one row for each account in each."""

from typing import ClassVar

from proofup.authentication.known_browser import MOST_BROWSERS, KnowBrowser, KnownBrowser
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.statements import Steps, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.ids import BrowserId, UserId

KNOWN_BROWSER = (
    "SELECT id, epoch, expires_at FROM known_browsers WHERE token_digest = ? AND user_id = ?"
)
GIVE_TOKEN = "UPDATE known_browsers SET token_digest = ? WHERE token_digest = ?"  # noqa: S105 - SQL
KNOW_BROWSER = (
    "INSERT INTO known_browsers (id, token_digest, user_id, epoch, expires_at) "
    "VALUES (?, ?, ?, ?, ?) ON CONFLICT (token_digest, user_id) "
    "DO UPDATE SET epoch = excluded.epoch, expires_at = excluded.expires_at"
)
FORGET_OLDEST = (
    "DELETE FROM known_browsers WHERE user_id = ? AND id NOT IN (SELECT id FROM known_browsers "
    "WHERE user_id = ? ORDER BY expires_at DESC LIMIT ?)"
)


class KnownBrowserRows(Aggregate, frozen=True):
    """The port ``KnownBrowsers``, and its change."""

    expiry: ClassVar[Expiry | None] = Expiry(table="known_browsers", key="token_digest, user_id")

    async def by_token(self, token_digest: bytes, user_id: UserId) -> KnownBrowser | None:
        """Return the known browser with this token, for the account."""
        found = await self.engine.rows(KNOWN_BROWSER, token_digest, user_id)
        if not found:
            return None
        browser_id, epoch, expires_at = found[0]
        return KnownBrowser(
            id=BrowserId(browser_id),
            token_digest=token_digest,
            user_id=user_id,
            epoch=epoch,
            expires_at=from_microseconds(expires_at),
        )

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            KnowBrowser: self.know,
        }

    def know(self, change: KnowBrowser) -> Steps[None]:
        """Store a browser with a new token; its other accounts get the same token."""
        new = change.browser
        if change.before is not None:
            yield from touched(GIVE_TOKEN, new.token_digest, change.before)
        yield from touched(
            KNOW_BROWSER,
            new.id,
            new.token_digest,
            new.user_id,
            new.epoch,
            to_microseconds(new.expires_at),
        )
        yield from touched(FORGET_OLDEST, new.user_id, new.user_id, MOST_BROWSERS)
