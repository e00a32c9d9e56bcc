"""A person reports that a challenge was not theirs: somebody else knows the password."""

from datetime import datetime, timedelta

from proofup.audit.entry import Entry, Event
from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.room import Room
from proofup.directory.users import BlockProofs, HoldChanges, Person, RaiseEpoch
from proofup.values.changes import Change
from proofup.values.ids import MessageId, ordered_id
from proofup.values.messages import Mail, SendMessage

MAIL_LIFETIME = timedelta(days=3)  # a mail server may be away over a weekend


async def fraud_changes(room: Room, stored: StoredChallenge, *, at: datetime) -> tuple[Change, ...]:
    """Return what a report changes: every session and sign-in ends, and changes are held.

    Where the policy says so, the account's second proofs are blocked as well. The help desk is
    told by mail.
    """
    user_id = stored.challenge.user_id
    person = await room.people.by_id(user_id)
    if person is None:
        return ()
    policy = await room.policies.current()
    blocked_until = at + policy.block_span if policy.fraud_blocks else None
    return (
        RaiseEpoch(user_id=user_id),
        HoldChanges(user_id=user_id, since=at),
        *((BlockProofs(user_id=user_id, until=blocked_until),) if blocked_until else ()),
        *_mail_to_help_desk(room, stored, person, at=at),
        Entry(
            at=at,
            event=Event.FRAUD_REPORTED,
            actor=user_id,
            target=user_id,
            succeeded=True,
            correlation_id=stored.correlation_id,
            details={"way": stored.challenge.way, "blocked": str(policy.fraud_blocks)},
        ),
    )


def _mail_to_help_desk(
    room: Room, stored: StoredChallenge, person: Person, *, at: datetime
) -> tuple[Change, ...]:
    help_desk = room.organisation.help_desk_mail
    if help_desk is None:
        return ()
    facts = {
        "user_name": person.user.user_principal_name,
        "display_name": person.user.display_name,
        "when": at.isoformat(timespec="seconds"),
        "where": "by the phone that was called",
        "correlation_id": stored.correlation_id,
    }
    return (
        SendMessage(
            id=MessageId(ordered_id(room.entropy, at)),
            content=Mail(to=help_desk, template="not-me-reported", facts=facts),
            language="en",
            created_at=at,
            expires_at=at + MAIL_LIFETIME,
            correlation_id=stored.correlation_id,
        ),
    )
