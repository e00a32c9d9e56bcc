"""Using a session, strengthening it by a first method, and ending it."""

from contextlib import suppress
from datetime import datetime

from msgspec.structs import replace

from proofup.audit.entry import Entry
from proofup.audit.events.sign_ins import ProofRenewed, SignedOut
from proofup.authentication.ports import Ports
from proofup.authentication.session import (
    TOUCH_AFTER,
    ActiveSession,
    EndSession,
    RenewSession,
    SessionEnd,
    TouchSession,
)
from proofup.directory.users import RequireEpoch
from proofup.methods.declaration import Role
from proofup.values.errors import StoreBusyError, UnknownOutcomeError
from proofup.values.ids import random_token, token_digest
from proofup.values.secret import Secret
from proofup.values.ways import Way


async def active_session(ports: Ports, token: str, *, at: datetime) -> ActiveSession | None:
    """Return the session of ``token`` and its person, or None where it is worth nothing now."""
    found = await look(ports, token, at=at)
    return found if isinstance(found, ActiveSession) else None


async def look(ports: Ports, token: str, *, at: datetime) -> ActiveSession | SessionEnd | None:
    """Return the session of ``token`` and its person, or how it ended; None where there is none.

    One that was ended by itself, at the sign-out or from the list of them, is not there.
    """
    found = await ports.sessions.by_token(token_digest(token))
    if found is None:
        return None
    session = found.session
    if not found.person.account.is_open(session.epoch):
        return SessionEnd.REVOKED
    if session.is_over(at):
        return SessionEnd.TIME
    if at >= session.last_seen_at + TOUCH_AFTER:
        # Pages stay readable while writes fail; the session then only expires earlier.
        with suppress(StoreBusyError, UnknownOutcomeError):
            await ports.room.commit(TouchSession(session_id=session.id, at=at))
    return found


async def strengthen(
    ports: Ports, found: ActiveSession, way: Way, *, at: datetime
) -> Secret[str] | None:
    """Count the first method's own confirmation as the session's second proof.

    The person has just answered with it; asking again would prove nothing more. The session
    continues under a new token, which is returned. None where ``way`` is no second proof.
    """
    if ports.room.catalogue.traits[way] not in ports.room.catalogue.in_role(Role.SECOND):
        return None
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
            event=ProofRenewed(level=proven.proofs.level, way=way),
            actor=session.user_id,
            target=session.user_id,
            succeeded=True,
            correlation_id=session.correlation_id,
            network=session.client.address,
        ),
    )
    return Secret(token)


async def sign_out(ports: Ports, found: ActiveSession, *, at: datetime) -> None:
    """End the session; the browser's token is worth nothing from here on."""
    session = found.session
    await ports.room.commit(
        EndSession(session_id=session.id),
        Entry(
            at=at,
            event=SignedOut(),
            actor=session.user_id,
            target=session.user_id,
            succeeded=True,
            correlation_id=session.correlation_id,
            network=session.client.address,
        ),
    )
