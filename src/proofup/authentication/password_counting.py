"""Counting password attempts: in a browser that is known to the account, or elsewhere."""

from datetime import datetime
from functools import partial

from msgspec import Struct

from proofup.authentication.browsers import known_browser
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.signin import SignIn
from proofup.challenges.brakes import Record, count
from proofup.policy import figures
from proofup.policy.giving_back import GiveBack
from proofup.policy.limits import Charge, ResetCounters
from proofup.policy.password_tries import known_charges, password_charges, row_elsewhere
from proofup.policy.sign_in_tries import network_charge
from proofup.values.changes import Change
from proofup.values.errors import LimitReachedError
from proofup.values.secret import Secret


class Counted(Struct, frozen=True, kw_only=True):
    """A try that was counted: what a right password changes, and what a wrong one has used up.

    ``in_a_row`` is how many were tried in a row from browsers that are not known, where this was
    the last one that may be. ``charges`` are what was counted.
    """

    charges: tuple[Charge, ...]
    when_right: tuple[Change, ...]
    in_a_row: int | None = None


async def count_password(
    ports: Ports, sign_in: SignIn, password: Secret[str], token: str | None, *, at: datetime
) -> Counted:
    """Count a try from the browser that holds ``token``. Raises LimitReachedError."""
    key, policy = ports.room.counter_key, await ports.room.policies.current()
    recorder = partial(record, sign_in, succeeded=False, at=at)
    # Unknown names are counted like known ones, so that a pause does not reveal them.
    whom = sign_in.user_id or f"nobody:{sign_in.name}"
    browser = await known_browser(ports, sign_in, token, at=at)
    known = known_charges(key, policy, whom, browser.id, password) if browser else ()
    if known and await _counts_there(ports, recorder, known, at=at):
        forgiven = (*(charge.key for charge in known), row_elsewhere(key, whom))
        return Counted(charges=known, when_right=(ResetCounters(keys=forgiven),))
    *own, network = password_charges(key, policy, whom, sign_in.client, password)
    *_, left, _ = await count(ports.room, recorder, *own, network, at=at)
    opened = (network_charge(key, policy, sign_in.client),) if not sign_in.session_id else ()
    return Counted(
        charges=(*own, network),
        when_right=(
            ResetCounters(keys=tuple(charge.key for charge in own)),
            GiveBack(charges=(network,), at=at),
            GiveBack(charges=opened, at=sign_in.started_at),
        ),
        in_a_row=own[-1].limit.most if left == 0 else None,
    )


async def _counts_there(
    ports: Ports, recorder: Record, known: tuple[Charge, ...], *, at: datetime
) -> bool:
    """Count an attempt in a known browser; return False if it has failed too often."""
    try:
        await count(ports.room, recorder, *known, at=at)
    except LimitReachedError as limit:
        if limit.limit != figures.PASSWORD_OF_BROWSER_IN_A_ROW.name:
            raise
        return False
    return True
