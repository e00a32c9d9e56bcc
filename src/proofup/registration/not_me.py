"""The report "this wasn't me": every session ends, and nothing changes until it was looked at."""

from datetime import datetime
from typing import Literal

from proofup.audit.events.methods import NotMeReported
from proofup.directory.users import HoldChanges, Person, RaiseEpoch
from proofup.notices.link import NoticeLink, SpendNoticeLink
from proofup.notices.notifying import report
from proofup.policy.proofs import Proofs
from proofup.policy.subscriber import Subscriber
from proofup.registration.ports import Actor, Ports
from proofup.registration.records import record
from proofup.values.changes import Change
from proofup.values.client import Client
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import SessionId, token_digest


async def linked(ports: Ports, token: str, *, at: datetime) -> tuple[NoticeLink, Subscriber]:
    """Return the link of ``token`` and whose it is; raises AlreadySpentError where it is over."""
    link = await ports.links.by_token(token_digest(token))
    if link is None or link.spent_at is not None or at >= link.expires_at:
        raise AlreadySpentError
    found = await ports.subscribers.of(link.user_id)
    if found is None:
        raise AlreadySpentError
    return link, found


async def report_by_link(
    ports: Ports, token: str, *, client: Client, language: str, at: datetime
) -> Person:
    """Take the report of somebody who holds the link of a notice; the link works once."""
    link, found = await linked(ports, token, at=at)
    person = found.person
    actor = Actor(
        id=person.user.id,
        subscriber=found,
        session_id=SessionId(""),
        epoch=person.account.epoch,
        proofs=Proofs(),
        correlation_id=link.correlation_id,
        client=client,
        language=language,
    )
    spend = SpendNoticeLink(token_digest=link.token_digest, at=at)
    await ports.room.commit(spend, *_changes(ports, actor, "link", at=at))
    return person


async def report_in_session(ports: Ports, actor: Actor, *, at: datetime) -> None:
    """Take the report of a person who is signed in; their own session ends with the others."""
    await ports.room.commit(*_changes(ports, actor, "session", at=at))


def _changes(
    ports: Ports, actor: Actor, by: Literal["link", "session"], *, at: datetime
) -> tuple[Change, ...]:
    user = actor.person.user
    return (
        RaiseEpoch(user_id=user.id),
        HoldChanges(user_id=user.id, since=at),
        *report(ports.room.notifier, actor.notification, at=at),
        record(actor, NotMeReported(by=by), at=at),
    )
