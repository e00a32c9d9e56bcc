"""A person's own sessions: listing them, and ending one or all."""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.audit.events.sign_ins import SessionEnded, SessionsRevoked
from proofup.authentication.admission import Admitted
from proofup.authentication.ports import Ports
from proofup.authentication.session import EndSession, Session
from proofup.challenges.options import options_of
from proofup.directory.devices import ForgetDevices
from proofup.directory.users import Person, RaiseEpoch, RequireEpoch
from proofup.notices.notifying import Notification, notice
from proofup.policy.proofs import Action, check_fresh
from proofup.values.client import Client
from proofup.values.ids import SessionId

MOST = 100  # listed sessions; a person with more can still end all of them


async def own_sessions(ports: Ports, person: Person, *, at: datetime) -> list[Session]:
    """Return the sessions in which the person is signed in now, the last used first."""
    account = person.account
    return await ports.sessions.of_user(person.user.id, epoch=account.epoch, at=at, most=MOST)


async def end_other(
    ports: Ports, found: Admitted, session_id: SessionId, *, client: Client, at: datetime
) -> None:
    """End another session of the person; an unknown or expired one is no error.

    Raises NotFreshError and RevokedError.
    """
    _check_fresh(ports, found, at=at)
    others = [one.id for one in await own_sessions(ports, found.person, at=at)]
    if session_id == found.session.id or session_id not in others:
        return
    await ports.room.commit(
        RequireEpoch(user_id=found.person.user.id, epoch=found.session.epoch),
        EndSession(session_id=session_id),
        _entry(found, SessionEnded(session=session_id), client=client, at=at),
    )


async def end_all(
    ports: Ports, found: Admitted, *, client: Client, language: str, at: datetime
) -> None:
    """Sign the person out everywhere, also here, and forget every remembered browser.

    ``language`` is that of the page. Raises NotFreshError and RevokedError.
    """
    _check_fresh(ports, found, at=at)
    user, session = found.person.user, found.session
    ended = await own_sessions(ports, found.person, at=at)
    notification = Notification(
        user=user, correlation_id=session.correlation_id, client=client, language=language
    )
    revoked = SessionsRevoked(by="user", sessions=len(ended))
    await ports.room.commit(
        RequireEpoch(user_id=user.id, epoch=session.epoch),
        RaiseEpoch(user_id=user.id),
        ForgetDevices(user_id=user.id),
        *notice(ports.room.notifier, notification, "signed-out-everywhere", {}, at=at),
        _entry(found, revoked, client=client, at=at),
    )


def _check_fresh(ports: Ports, found: Admitted, *, at: datetime) -> None:
    held, policy = found.subscriber.held, found.subscriber.policy
    options = options_of(ports.room, held, policy, at=at)
    check_fresh(Action.END_SESSIONS, found.session.proofs, options, at=at)


def _entry(found: Admitted, event: Event, *, client: Client, at: datetime) -> Entry:
    user_id = found.person.user.id
    return Entry(
        at=at,
        event=event,
        actor=user_id,
        target=user_id,
        succeeded=True,
        correlation_id=found.session.correlation_id,
        network=client.address,
    )
