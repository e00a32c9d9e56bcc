"""The report "this wasn't me": every session ends, what was changed is undone, and no more changes.

What is undone are the changes of methods from the one on that the notice tells of: whoever came in
by the first of them made the others too. A report in a session names no change, and undoes none.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from proofup.audit.events.methods import NotMeReported
from proofup.directory.users import HoldChanges, Person, RaiseEpoch
from proofup.method_changes.undoing import Undoing, undone
from proofup.notices.link import NoticeLink, SpendNoticeLink
from proofup.notices.notifying import report
from proofup.policy.proofs import Proofs
from proofup.policy.subscriber import Subscriber
from proofup.registration.ports import Actor, Ports
from proofup.registration.records import record
from proofup.values.changes import Change
from proofup.values.client import Client
from proofup.values.errors import AlreadySpentError, StaleMethodError
from proofup.values.ids import SessionId, token_digest


class Linked(Struct, frozen=True, kw_only=True):
    """The link of a notice, whose it is, and what its report undoes."""

    link: NoticeLink
    subscriber: Subscriber
    undoing: Undoing

    @property
    def person(self) -> Person:
        """Whose it is."""
        return self.subscriber.person


async def linked(ports: Ports, token: str, *, at: datetime) -> Linked:
    """Return what the link of ``token`` leads to; raises AlreadySpentError where it is over."""
    link = await ports.links.by_token(token_digest(token))
    if link is None or link.spent_at is not None or at >= link.expires_at:
        raise AlreadySpentError
    found = await ports.subscribers.of(link.user_id)
    if found is None:
        raise AlreadySpentError
    history = await ports.history.since(link.user_id, link.made_at)
    return Linked(link=link, subscriber=found, undoing=undone(ports.room, found, history, at=at))


async def report_by_link(
    ports: Ports, token: str, *, client: Client, language: str, at: datetime
) -> Person:
    """Take the report of somebody who holds the link of a notice; the link works once."""
    while True:
        found = await linked(ports, token, at=at)
        person = found.person
        actor = Actor(
            id=person.user.id,
            subscriber=found.subscriber,
            session_id=SessionId(""),
            epoch=person.account.epoch,
            proofs=Proofs(),
            correlation_id=found.link.correlation_id,
            client=client,
            language=language,
        )
        spend = SpendNoticeLink(token_digest=found.link.token_digest, at=at)
        try:
            await ports.room.commit(spend, *_changes(ports, actor, "link", found.undoing, at=at))
        except StaleMethodError:  # another change was made meanwhile, which is undone as well
            continue
        return person


async def report_in_session(ports: Ports, actor: Actor, *, at: datetime) -> None:
    """Take the report of a person who is signed in; their own session ends with the others."""
    await ports.room.commit(*_changes(ports, actor, "session", Undoing(), at=at))


def _changes(
    ports: Ports, actor: Actor, by: Literal["link", "session"], undoing: Undoing, *, at: datetime
) -> tuple[Change, ...]:
    user = actor.person.user
    gone = ", ".join(one.line for one in undoing.gone)
    back = ", ".join(one.line for one in undoing.back)
    return (
        RaiseEpoch(user_id=user.id),
        HoldChanges(user_id=user.id, since=at),
        *undoing.changes,
        *report(ports.room.notifier, actor.notification, gone=gone, back=back, at=at),
        record(actor, NotMeReported(by=by, gone=gone or None, back=back or None), at=at),
    )
