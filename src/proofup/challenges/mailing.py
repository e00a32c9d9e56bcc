"""Starting a challenge whose code goes out by mail, with its limits and its audit entry."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from proofup.audit.events.challenges import ChallengeSent
from proofup.challenges.brakes import commit
from proofup.challenges.challenge import OpenChallenge, StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.records import record
from proofup.challenges.room import Room
from proofup.directory.users import RequireEpoch
from proofup.methods.protocol import Challenge, Purpose
from proofup.policy.limits import Charge, CountTries
from proofup.policy.message_tries import new_address_charges
from proofup.values.changes import Change
from proofup.values.ids import MessageId, ordered_id
from proofup.values.mail_addresses import masked_address
from proofup.values.messages import Mail, SendMessage


async def mail_code(
    room: Room,
    context: Context,
    challenge: Challenge,
    mail: Mail,
    *,
    also: Sequence[Change],
    at: datetime,
) -> StoredChallenge:
    """Start ``challenge`` with its ``mail``, which says where it was asked for.

    Raises LimitReachedError, and RevokedError where the account was disabled or its epoch raised.
    """
    message_id = MessageId(ordered_id(room.entropy, at))
    stored = StoredChallenge(
        challenge=challenge,
        subject=context.subject,
        correlation_id=context.correlation_id,
        message_id=message_id,
    )
    client = context.client
    facts = {
        **mail.facts,
        "when": at.isoformat(timespec="seconds"),
        "browser": client.browser,
        "system": client.system,
        "address": client.address,
        "correlation_id": context.correlation_id,
    }
    to = masked_address(mail.to)
    await commit(
        room,
        partial(record, context, succeeded=False, at=at),
        CountTries(charges=_charges(room, context, mail.to), at=at),
        RequireEpoch(user_id=context.user_id, epoch=context.epoch),
        *also,
        OpenChallenge(stored=stored),
        SendMessage(
            id=message_id,
            content=replace(mail, facts=facts),
            language=context.language,
            created_at=at,
            expires_at=challenge.expires_at,
            correlation_id=context.correlation_id,
        ),
        record(
            context,
            ChallengeSent(way=challenge.way, to=to, purpose=context.purpose),
            succeeded=True,
            at=at,
        ),
        at=at,
    )
    return stored


def _charges(room: Room, context: Context, to: str) -> tuple[Charge, ...]:
    """Return what the mail is counted against; a password reset has counted it already."""
    if context.purpose is Purpose.PASSWORD_RESET:
        return ()
    key, network = room.counter_key, context.client.network
    return new_address_charges(key, context.policy, to, context.user_id, network)
