"""Known browsers: recognising one, and marking one after a sign-in."""

from datetime import datetime

from msgspec import Struct

from proofup.authentication.known_browser import KNOWN_FOR, KnowBrowser, KnownBrowser
from proofup.authentication.ports import Ports
from proofup.authentication.signin import SignIn
from proofup.values.ids import BrowserId, UserId, random_id, random_token, token_digest
from proofup.values.secret import Secret


class Introduced(Struct, frozen=True, kw_only=True):
    """A browser that becomes known: its new token, and the change that stores it."""

    token: Secret[str]
    change: KnowBrowser


async def known_browser(
    ports: Ports, sign_in: SignIn, token: str | None, *, at: datetime
) -> KnownBrowser | None:
    """Return the browser that holds ``token``, if the account of the sign-in is known in it."""
    if token is None:
        return None
    # Unknown names are looked up too, so that the time does not reveal them.
    user_id = sign_in.user_id or UserId("")
    found = await ports.browsers.by_token(token_digest(token), user_id)
    return found if found and found.is_known(epoch=sign_in.epoch, at=at) else None


async def introduce(
    ports: Ports, sign_in: SignIn, user_id: UserId, token: str | None, *, at: datetime
) -> Introduced:
    """Return what makes the account known in the browser that held ``token`` until now.

    The old token becomes invalid: a stolen copy works only until the next sign-in.
    """
    before = token_digest(token) if token else None
    found = await ports.browsers.by_token(before, user_id) if before else None
    fresh = random_token(ports.room.entropy)
    browser = KnownBrowser(
        id=found.id if found else BrowserId(random_id(ports.room.entropy)),
        token_digest=token_digest(fresh),
        user_id=user_id,
        epoch=sign_in.epoch,
        expires_at=at + KNOWN_FOR,
    )
    return Introduced(token=Secret(fresh), change=KnowBrowser(browser=browser, before=before))
