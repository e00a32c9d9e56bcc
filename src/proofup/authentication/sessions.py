"""Sessions: opened by a finished sign-in, renewed by a fresh proof, ended in three ways."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from proofup.audit.entry import Entry, Event
from proofup.authentication.browsers import introduce
from proofup.authentication.dispatcher import Standing, Step
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.remembering import Remembered, remembering
from proofup.authentication.session import (
    ABSOLUTE,
    TOUCH_AFTER,
    EndSession,
    OpenSession,
    RenewSession,
    Session,
    SessionEnd,
    TouchSession,
    Visit,
)
from proofup.authentication.signin import AdvanceSignIn, SignIn
from proofup.directory.devices import DeviceToken
from proofup.directory.users import RequireEpoch
from proofup.values.errors import RevokedError, StoreBusyError, UnknownOutcomeError
from proofup.values.ids import SessionId, UserId, random_id, random_token, token_digest
from proofup.values.secret import Secret
from proofup.values.ways import Way


class Issued(Struct, frozen=True, kw_only=True):
    """What a finished sign-in gives the browser: its tokens, and where the person was going.

    By ``browser`` it is known to the account from now on; None where it was the session's before.
    ``remembered`` is what it holds from now on to be remembered by, if that was wished. The token
    is ``kept_for`` so long; None is until the browser is closed.
    """

    token: Secret[str]
    browser: Secret[str] | None
    return_to: str | None
    remembered: Remembered | None = None
    kept_for: timedelta | None = None


async def issue(
    ports: Ports,
    standing: Standing,
    *,
    instead_of: SessionId | None = None,
    devices: Sequence[DeviceToken] = (),
    browser: str | None = None,
    at: datetime,
) -> Issued:
    """Open the session that a sign-in has earned, or renew the one it was begun from.

    ``instead_of`` is the session that the browser had until now; it ends, so that no token
    outlives a sign-in over it (security.md TX8). ``devices`` are what it was remembered by, and
    ``browser`` is the token by which accounts are known in it; it is worth nothing afterwards,
    and another one takes its place.

    Raises RevokedError where it has not earned one or the account moved on meanwhile, and
    StaleError where another request was first.
    """
    sign_in = standing.sign_in
    if standing.step is not Step.ISSUE or sign_in is None or sign_in.user_id is None:
        raise RevokedError
    token = random_token(ports.room.entropy)
    session = _session(sign_in, sign_in.user_id, token, ports, at=at)
    left = instead_of if instead_of != session.id else None
    remembered = await remembering(ports, standing, devices, at=at)
    renewing = sign_in.session_id is not None
    known = None
    if not renewing:
        known = await introduce(ports, sign_in, sign_in.user_id, browser, at=at)
        session = replace(session, browser_id=known.change.browser.id)
    opening = (known.change, OpenSession(session=session)) if known else ()
    await ports.room.commit(
        RequireEpoch(user_id=sign_in.user_id, epoch=sign_in.epoch),
        AdvanceSignIn(sign_in=replace(sign_in, finished_at=at)),
        *(opening or (RenewSession(session=session),)),
        *((EndSession(session_id=left),) if left else ()),
        *(remembered.changes if remembered else ()),
        record(
            sign_in,
            Event.PROOF_RENEWED if renewing else Event.SIGNED_IN,
            _facts(sign_in),
            succeeded=True,
            at=at,
        ),
    )
    return Issued(
        token=Secret(token),
        browser=known.token if known else None,
        return_to=sign_in.return_to,
        remembered=remembered,
        kept_for=session.kept_for,
    )


def _facts(sign_in: SignIn) -> dict[str, str]:
    """Return what the log says of a finished sign-in."""
    facts = {"level": sign_in.proofs.level.value, "way": _way(sign_in)}
    return {**facts, "stays": "yes"} if sign_in.stay else facts


def _way(sign_in: SignIn) -> str:
    """Return how the second proof was given, for the log."""
    if sign_in.remembered:
        return "rememberedDevice"
    return sign_in.proofs.second_way or "none"


def _session(
    sign_in: SignIn, user_id: UserId, token: str, ports: Ports, *, at: datetime
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
        ends_at=at + ABSOLUTE,
        remembered=sign_in.remembered,
        stays=bool(sign_in.stay),
    )


async def visit(ports: Ports, token: str, *, at: datetime) -> Visit | None:
    """Return the session of ``token`` and its person, or None where it is worth nothing now."""
    found = await look(ports, token, at=at)
    return found if isinstance(found, Visit) else None


async def look(ports: Ports, token: str, *, at: datetime) -> Visit | SessionEnd | None:
    """Return the session of ``token`` and its person, or how it ended; None where there is none.

    One that was ended by itself, at the end of a visit or from the list of them, is not there.
    """
    found = await ports.sessions.by_token(token_digest(token))
    if found is None:
        return None
    session, account = found.session, found.person.account
    if not account.enabled or session.epoch != account.epoch:
        return SessionEnd.REVOKED
    if session.is_over(at):
        return SessionEnd.TIME
    if at >= session.last_seen_at + TOUCH_AFTER:
        # Pages can be read while nothing can be written; the session ends the sooner for it.
        with suppress(StoreBusyError, UnknownOutcomeError):
            await ports.room.commit(TouchSession(session_id=session.id, at=at))
    return found


async def strengthen(ports: Ports, found: Visit, way: Way, *, at: datetime) -> Secret[str]:
    """Count the first method's own confirmation as the session's second proof.

    Whoever just registered it has answered it; asking again at once would prove no more. The
    session goes on under a new token, which is returned.
    """
    session = found.session
    token = random_token(ports.room.entropy)
    proven = replace(
        session,
        token_digest=token_digest(token),
        proofs=session.proofs.with_second(way, at),
        last_seen_at=at,
    )
    await ports.room.commit(
        RequireEpoch(user_id=session.user_id, epoch=session.epoch),
        RenewSession(session=proven),
        Entry(
            at=at,
            event=Event.PROOF_RENEWED,
            actor=session.user_id,
            target=session.user_id,
            succeeded=True,
            correlation_id=session.correlation_id,
            network=session.client.address,
            details={"level": proven.proofs.level, "way": way},
        ),
    )
    return Secret(token)


async def sign_out(ports: Ports, found: Visit, *, at: datetime) -> None:
    """End the session; the browser's token is worth nothing from here on."""
    session = found.session
    await ports.room.commit(
        EndSession(session_id=session.id),
        Entry(
            at=at,
            event=Event.SIGNED_OUT,
            actor=session.user_id,
            target=session.user_id,
            succeeded=True,
            correlation_id=session.correlation_id,
            network=session.client.address,
        ),
    )
