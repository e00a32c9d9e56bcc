"""The password, together with the challenge for the second proof, in one write if possible."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from proofup.authentication.continuing import go_on_with_question
from proofup.authentication.dispatcher import Standing, Step, standing
from proofup.authentication.password import PasswordRefused, check_password, submit_password, write
from proofup.authentication.ports import Ports
from proofup.authentication.remembering import recall
from proofup.authentication.second_proof import ask
from proofup.authentication.signin import SignIn
from proofup.challenges.start import NotSent
from proofup.directory.devices import DeviceToken
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.decision import ProofsBlockedError
from proofup.values.errors import LimitReachedError
from proofup.values.secret import Secret


class Entered(Struct, frozen=True, kw_only=True):
    """The password was right: the new standing of the sign-in, and why nothing was sent, if so.

    ``device`` is the new token of a remembered browser, if it replaced the second proof.
    """

    standing: Standing
    device: DeviceToken | None = None
    not_sent: NotSent | None = None


async def enter(
    ports: Ports,
    sign_in: SignIn,
    password: Secret[str],
    *,
    browser: str | None = None,
    devices: Sequence[DeviceToken] = (),
    at: datetime,
) -> Entered | PasswordRefused:
    """Check the password; if it is right, start the challenge for the second proof.

    ``browser`` is as for ``check_password``; ``devices`` are what the browser was remembered by,
    and one of them may stand for the second proof. Raises TooBusyError, RevokedError,
    ProofsBlockedError, and StaleError where another request was first.
    """
    if devices:
        return await _recalled(ports, sign_in, password, browser, devices, at=at)
    right = await check_password(ports, sign_in, password, browser=browser, at=at)
    if isinstance(right, PasswordRefused):
        return right
    there = await standing(ports, right.sign_in, subscriber=right.subscriber, at=at)
    if there.step is not Step.CHALLENGE or not there.options:  # there is nothing to ask
        await write(ports, right)
        return Entered(standing=there.stored)
    try:
        await ask(ports, there, None, also=right.changes, at=at)
    except (LimitReachedError, CountryNotServedError) as why:
        if await go_on_with_question(ports, there, why, *right.changes, at=at):
            return Entered(standing=there.stored)
        await write(ports, right)
        return Entered(standing=there.stored, not_sent=why)
    except ProofsBlockedError:
        await write(ports, right)
        raise
    return Entered(standing=there.stored)


async def _recalled(
    ports: Ports,
    sign_in: SignIn,
    password: Secret[str],
    browser: str | None,
    devices: Sequence[DeviceToken],
    *,
    at: datetime,
) -> Entered | PasswordRefused:
    """Let a remembered browser replace the second proof, or start a challenge for one."""
    proven = await submit_password(ports, sign_in, password, browser=browser, at=at)
    if isinstance(proven, PasswordRefused):
        return proven
    there = await standing(ports, proven, at=at)
    recalled = await recall(ports, there, devices, at=at)
    if recalled is not None:
        return Entered(standing=recalled.standing, device=recalled.token)
    try:
        await ask(ports, there, None, at=at)  # nothing, where none is due
    except (LimitReachedError, CountryNotServedError) as why:
        goes_on = await go_on_with_question(ports, there, why, at=at)
        return Entered(standing=there, not_sent=None if goes_on else why)
    return Entered(standing=there)
