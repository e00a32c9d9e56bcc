"""Counting a try of a password: in a browser that is known to the account, or elsewhere."""

from datetime import datetime

from msgspec import Struct

from proofup.authentication.browsers import known_browser
from proofup.authentication.ports import Ports
from proofup.authentication.signin import SignIn
from proofup.policy import figures
from proofup.policy.limits import Charge
from proofup.policy.password_tries import known_charges, password_charges, row_elsewhere
from proofup.values.errors import LimitReachedError
from proofup.values.secret import Secret


class Counted(Struct, frozen=True, kw_only=True):
    """A try that was counted: what a right password forgives, and what a wrong one has used up.

    ``is_last`` says that it was the last one in a row from browsers that are not known.
    """

    forgiven: tuple[str, ...]
    is_last: bool


async def count_password(
    ports: Ports, sign_in: SignIn, password: Secret[str], token: str | None, *, at: datetime
) -> Counted:
    """Count a try from the browser that holds ``token``. Raises LimitReachedError."""
    key = ports.room.counter_key
    # A name that nobody has is counted like one that somebody has, or the pause would tell.
    whom = sign_in.user_id or f"nobody:{sign_in.name}"
    browser = await known_browser(ports, sign_in, token, at=at)
    known = known_charges(key, whom, browser.id, password) if browser else ()
    if known and await _counts_there(ports, known, at=at):
        forgiven = (*(charge.key for charge in known), row_elsewhere(key, whom))
        return Counted(forgiven=forgiven, is_last=False)
    charges = password_charges(key, whom, sign_in.client, password)
    *_, left, _ = await ports.room.counters.charge(*charges, at=at)
    return Counted(forgiven=tuple(charge.key for charge in charges[:-1]), is_last=left == 0)


async def _counts_there(ports: Ports, known: tuple[Charge, ...], *, at: datetime) -> bool:
    """Count a try in a known browser, unless it guessed so long that it is like any other."""
    try:
        await ports.room.counters.charge(*known, at=at)
    except LimitReachedError as limit:
        if limit.limit != figures.PASSWORD_OF_BROWSER_IN_A_ROW.name:
            raise
        return False
    return True
