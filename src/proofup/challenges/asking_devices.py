"""Starting a challenge that is answered on a device: limits, request, and messages that wake it.

An account has at most one open request. A new one supersedes it, so a device never shows two.
"""

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
from proofup.challenges.tries import pauses_of
from proofup.directory.users import RequireEpoch
from proofup.methods.abilities import DeviceMethod
from proofup.methods.catalogue import Option
from proofup.methods.protocol import Challenge, Origin
from proofup.policy.limits import CountTries, RequireTries
from proofup.policy.request_tries import refusal_charge, request_charges
from proofup.values.changes import Change
from proofup.values.ids import MessageId, ordered_id
from proofup.values.messages import SendMessage


async def ask_devices(
    room: Room,
    context: Context,
    option: Option,
    challenge: Challenge,
    *,
    also: Sequence[Change],
    at: datetime,
) -> StoredChallenge:
    """Store ``challenge`` as the one open request of the account, and wake the devices.

    Raises LimitReachedError where the account was asked too often, or refused too often, and
    RevokedError.
    """
    origin = Origin(application=context.application, client=context.client)
    stored = StoredChallenge(
        challenge=replace(challenge, origin=origin),
        subject=context.subject,
        correlation_id=context.correlation_id,
    )
    key, policy, user_id = room.counter_key, context.policy, context.user_id
    sent = ChallengeSent(way=option.way, to="", purpose=context.purpose)
    await commit(
        room,
        partial(record, context, succeeded=False, at=at),
        RequireTries(
            charges=(*pauses_of(room, context, option.way), refusal_charge(key, policy, user_id)),
            at=at,
        ),
        CountTries(charges=request_charges(key, policy, user_id), at=at),
        RequireEpoch(user_id=user_id, epoch=context.epoch),
        *also,
        OpenChallenge(stored=stored),
        *_wakes(room, stored, option, at=at),
        record(context, sent, succeeded=True, at=at),
        at=at,
    )
    return stored


def _wakes(
    room: Room, stored: StoredChallenge, option: Option, *, at: datetime
) -> tuple[SendMessage, ...]:
    """Return a message to each device that can be woken; any of them may answer."""
    challenge = stored.challenge
    able = [(room.catalogue.of(held), held) for held in option.methods]
    pushes = [
        method.wake(held, challenge) for method, held in able if isinstance(method, DeviceMethod)
    ]
    return tuple(
        SendMessage(
            id=MessageId(ordered_id(room.entropy, at)),
            content=push,
            language=challenge.language,
            created_at=at,
            expires_at=challenge.expires_at,
            correlation_id=stored.correlation_id,
        )
        for push in pushes
        if push is not None
    )
