"""The end of a sign-in: opening or renewing the session.

If the second proof was the last missing step, both are written together: a code is never used up
without the session that it was for.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from proofup.audit.events.sign_ins import ProofRenewed, SignedIn
from proofup.authentication.browsers import introduce
from proofup.authentication.dispatcher import Standing, Step
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.remembering import Remembered, remembering
from proofup.authentication.session import (
    ABSOLUTE,
    EndSession,
    OpenSession,
    RenewSession,
    Session,
)
from proofup.authentication.signin import AdvanceSignIn, SignIn
from proofup.challenges.start import NotSent
from proofup.directory.devices import DeviceToken
from proofup.directory.users import RequireEpoch
from proofup.methods.registered_methods import RegisteredMethod
from proofup.tokens.application import Application
from proofup.values.changes import Change
from proofup.values.errors import RevokedError
from proofup.values.ids import SessionId, UserId, random_id, random_token, token_digest
from proofup.values.secret import Secret


class Brought(Struct, frozen=True, kw_only=True):
    """What a browser already has when a sign-in ends in it.

    ``session`` is the token of its present session, which ends, so that no token survives a new
    sign-in (security row TX8). ``devices`` are its tokens as a remembered browser. ``known`` is its
    token as a known browser, which becomes invalid and is replaced.
    """

    session: SessionId | None = None
    devices: Sequence[DeviceToken] = ()
    known: str | None = None


NOTHING = Brought()


class Issued(Struct, frozen=True, kw_only=True):
    """What a finished sign-in gives the browser: its tokens, and the page to return to.

    By ``browser`` it is known to the account from now on; None where it was the session's before.
    ``remembered`` is what it holds from now on to be remembered by, if that was wished. The token
    is ``kept_for`` so long; None is until the browser is closed.
    """

    token: Secret[str]
    browser: Secret[str] | None
    return_to: str | None
    remembered: Remembered | None = None
    kept_for: timedelta | None = None


class Proven(Struct, frozen=True):
    """A proof was right: the new standing of the sign-in, and the session, if it is complete.

    If a second proof is needed then, ``not_sent`` says why its challenge could not start, if so.
    """

    standing: Standing
    issued: Issued | None = None
    not_sent: NotSent | None = None


async def issue(
    ports: Ports, standing: Standing, brought: Brought = NOTHING, *, at: datetime
) -> Issued:
    """Open the session of a complete sign-in, or renew the one that it was started from.

    Raises RevokedError if the sign-in is not complete or the account was revoked meanwhile, and
    StaleError if another request was first.
    """
    sign_in = standing.sign_in
    if standing.step is not Step.ISSUE or sign_in is None or sign_in.user_id is None:
        raise RevokedError
    user_id = sign_in.user_id
    issued, changes = await _opening(ports, standing, sign_in, user_id, brought, at=at)
    await ports.room.commit(RequireEpoch(user_id=user_id, epoch=sign_in.epoch), *changes)
    return issued


async def going_on(
    ports: Ports,
    user_id: UserId,
    sign_in: SignIn,
    there: Standing,
    brought: Brought,
    *,
    at: datetime,
) -> tuple[Proven, Sequence[Change]]:
    """Return what ``sign_in`` leads to once a proof was added to it, and the changes of that.

    ``there`` is where it stands with the proof. The session is opened where nothing else is due;
    else the sign-in takes its next step, and no more.
    """
    if there.step is not Step.ISSUE:
        return Proven(there.stored), (AdvanceSignIn(sign_in=sign_in),)
    issued, changes = await _opening(ports, there, sign_in, user_id, brought, at=at)
    return Proven(there, issued), changes


async def _opening(
    ports: Ports,
    standing: Standing,
    sign_in: SignIn,
    user_id: UserId,
    brought: Brought,
    *,
    at: datetime,
) -> tuple[Issued, Sequence[Change]]:
    """Return what the browser gets, and the changes that make it worth something."""
    token = random_token(ports.room.entropy)
    session = _session(sign_in, user_id, token, ports, standing.held, at=at)
    left = brought.session if brought.session != session.id else None
    remembered = await remembering(ports, standing, brought.devices, at=at)
    renewing = sign_in.session_id is not None
    known = None
    if not renewing:
        known = await introduce(ports, sign_in, user_id, brought.known, at=at)
        session = replace(session, browser_id=known.change.browser.id)
    destination = await ports.destinations.behind(sign_in.return_to)
    event = _event(sign_in, destination, renewing=renewing)
    opening = (known.change, OpenSession(session=session)) if known else ()
    changes = (
        AdvanceSignIn(sign_in=replace(sign_in, finished_at=at)),
        *(opening or (RenewSession(session=session),)),
        *((EndSession(session_id=left),) if left else ()),
        *(remembered.changes if remembered else ()),
        record(sign_in, event, succeeded=True, at=at),
    )
    issued = Issued(
        token=Secret(token),
        browser=known.token if known else None,
        return_to=sign_in.return_to,
        remembered=remembered,
        kept_for=session.kept_for,
    )
    return issued, changes


def _event(
    sign_in: SignIn, destination: Application | None, *, renewing: bool
) -> ProofRenewed | SignedIn:
    """Return what the log says of a finished sign-in."""
    return (ProofRenewed if renewing else SignedIn)(
        level=sign_in.proofs.level,
        way=_way(sign_in),
        stays="yes" if sign_in.stay else None,
        application=destination.id if destination else None,
        name=destination.name if destination else None,
    )


def _way(sign_in: SignIn) -> str:
    """Return how the second proof was given, for the log."""
    if sign_in.remembered:
        return "rememberedDevice"
    return sign_in.proofs.second_way or "none"


def _session(
    sign_in: SignIn,
    user_id: UserId,
    token: str,
    ports: Ports,
    held: Sequence[RegisteredMethod],
    *,
    at: datetime,
) -> Session:
    return Session(
        id=sign_in.session_id or SessionId(random_id(ports.room.entropy)),
        token_digest=token_digest(token),
        user_id=user_id,
        epoch=sign_in.epoch,
        proofs=sign_in.proofs,
        correlation_id=sign_in.correlation_id,
        client=sign_in.client,
        started_at=at,
        last_seen_at=at,
        ends_at=_ends_at(ports, sign_in, held, at=at),
        remembered=sign_in.remembered,
        stays=bool(sign_in.stay),
    )


def _ends_at(
    ports: Ports, sign_in: SignIn, held: Sequence[RegisteredMethod], *, at: datetime
) -> datetime:
    """Return when the session ends: with what came in place of the password, if that is sooner."""
    first = sign_in.proofs.first_way
    end = ports.room.catalogue.first_end(held, {first}) if first else None
    latest = at + ABSOLUTE
    return min(end, latest) if end else latest
