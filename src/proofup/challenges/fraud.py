"""A fraud report: a person did not request the challenge, so somebody else knows the password."""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.challenges import FraudReported
from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.room import Room
from proofup.directory.users import BlockProofs, HoldChanges, RaiseEpoch
from proofup.notices.notifying import Notification, report
from proofup.values.changes import Change


async def fraud_changes(room: Room, stored: StoredChallenge, *, at: datetime) -> tuple[Change, ...]:
    """Return what a report changes: every session and sign-in ends, and changes are held.

    Where the policy says so, the account's second proofs are blocked as well. The help desk is
    told by mail.
    """
    user_id = stored.challenge.user_id
    person = await room.people.by_id(user_id)
    if person is None:
        return ()
    notification = Notification(
        user=person.user,
        correlation_id=stored.correlation_id,
        client=None,
        language=stored.challenge.language,
    )
    policy = await room.policies.current()
    blocked_until = at + policy.block_span if policy.fraud_blocks else None
    return (
        RaiseEpoch(user_id=user_id),
        HoldChanges(user_id=user_id, since=at),
        *((BlockProofs(user_id=user_id, until=blocked_until),) if blocked_until else ()),
        *report(room.notifier, notification, at=at),
        Entry(
            at=at,
            event=FraudReported(way=stored.challenge.way, blocked=policy.fraud_blocks),
            actor=user_id,
            target=user_id,
            succeeded=True,
            correlation_id=stored.correlation_id,
        ),
    )
