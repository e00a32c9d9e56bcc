"""Knowing a browser again: whether the account has signed in in it, and that it has now."""

from datetime import datetime

from msgspec import Struct

from proofup.authentication.known_browser import KNOWN_FOR, KnowBrowser, KnownBrowser
from proofup.authentication.ports import Ports
from proofup.authentication.signin import SignIn
from proofup.values.ids import BrowserId, UserId, random_id, random_token, token_digest
from proofup.values.secret import Secret


class Introduced(Struct, frozen=True, kw_only=True):
    """A browser that is known from now on: the token it is to keep, and what stores that."""

    token: Secret[str]
    change: KnowBrowser


async def known_browser(
    ports: Ports, sign_in: SignIn, token: str | None, *, at: datetime
) -> KnownBrowser | None:
    """Return the browser that holds ``token``, if the account of the sign-in is known in it."""
    if token is None:
        return None
    # Somebody who is nobody is looked for too, or the time it takes would tell.
    user_id = sign_in.user_id or UserId("")
    found = await ports.browsers.by_token(token_digest(token), user_id)
    return found if found and found.is_known(epoch=sign_in.epoch, at=at) else None


async def introduce(
    ports: Ports, sign_in: SignIn, user_id: UserId, token: str | None, *, at: datetime
) -> Introduced:
    """Return what makes the account known in the browser that held ``token`` until now.

    The token is worth nothing afterwards: a copy that somebody took ends with the next sign-in.
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
