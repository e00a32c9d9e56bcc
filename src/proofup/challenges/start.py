"""Starting a challenge: limits, challenge, message and audit entry in one write.

So every text that is sent is counted, and only those.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TypeAlias

from proofup.audit.events.challenges import ChallengeSent, SendingStopped
from proofup.challenges.asking_devices import ask_devices
from proofup.challenges.brakes import commit
from proofup.challenges.challenge import OpenChallenge, StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.counting import message_charges
from proofup.challenges.mailing import mail_code
from proofup.challenges.records import record
from proofup.challenges.room import Room, budget_of
from proofup.challenges.tries import pauses_of
from proofup.directory.users import RequireEpoch
from proofup.methods.abilities import DeviceMethod
from proofup.methods.catalogue import Option
from proofup.methods.protocol import Question
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.conversion import (
    STOPPED_FOR,
    CountryStoppedError,
    NoteSent,
    StopSending,
    has_failed,
    is_stopped,
)
from proofup.policy.limits import CountTries, RequireTries
from proofup.policy.met import met
from proofup.values.changes import Change
from proofup.values.errors import LimitReachedError
from proofup.values.ids import ChallengeId, MessageId, ordered_id, random_id
from proofup.values.messages import Mail, SendMessage
from proofup.values.phone_numbers import country_of

NotSent: TypeAlias = LimitReachedError | CountryNotServedError
"""Why no message goes out now."""


async def start(
    room: Room,
    context: Context,
    option: Option,
    *,
    also: Sequence[Change] = (),
    at: datetime,
) -> StoredChallenge:
    """Start a new challenge for ``option`` and return it; older ones of the subject are void.

    ``also`` is written with it. Raises LimitReachedError, CountryNotServedError or
    CountryStoppedError before anything is sent or written, and RevokedError where the account was
    disabled or its epoch raised.
    """
    held = option.methods[0]
    method = room.catalogue.of(held)
    challenge = method.challenge(
        held,
        Question(
            id=ChallengeId(random_id(room.entropy)),
            purpose=context.purpose,
            way=option.way,
            language=context.language,
            at=at,
        ),
        room.entropy,
    )
    if isinstance(method, DeviceMethod) and method.number(challenge) is not None:
        return await ask_devices(room, context, option, challenge, also=also, at=at)
    if challenge.message is None:
        stored = StoredChallenge(
            challenge=challenge, subject=context.subject, correlation_id=context.correlation_id
        )
        await room.commit(
            RequireEpoch(user_id=context.user_id, epoch=context.epoch),
            *also,
            OpenChallenge(stored=stored),
        )
        return stored
    if isinstance(challenge.message, Mail):
        return await mail_code(room, context, challenge, challenge.message, also=also, at=at)
    to, kind = challenge.message.to, budget_of(room, option.way).kind
    charges = message_charges(room, context, option.way, to)
    country = country_of(to)
    if not context.registered:
        await _check_answered(room, context, kind, country, at=at)
    message_id = MessageId(ordered_id(room.entropy, at))
    stored = StoredChallenge(
        challenge=challenge,
        subject=context.subject,
        correlation_id=context.correlation_id,
        message_id=message_id,
    )
    await commit(
        room,
        partial(record, context, succeeded=False, at=at),
        # Nobody is sent a code that could not be answered.
        RequireTries(charges=pauses_of(room, context, option.way), at=at),
        CountTries(charges=charges, at=at),
        *(() if context.registered else (NoteSent(kind=kind, country=country, at=at),)),
        RequireEpoch(user_id=context.user_id, epoch=context.epoch),
        *also,
        OpenChallenge(stored=stored),
        SendMessage(
            id=message_id,
            content=challenge.message,
            language=context.language,
            created_at=at,
            expires_at=challenge.expires_at,
            correlation_id=context.correlation_id,
        ),
        record(
            context,
            ChallengeSent(way=option.way, to=to.masked, purpose=context.purpose),
            succeeded=True,
            at=at,
        ),
        at=at,
    )
    return stored


def unanswered(kind: str) -> str:
    """Return the name under which ``doctor`` tells that messages of ``kind`` were stopped."""
    return f"{kind}Unanswered"


async def _check_answered(
    room: Room, context: Context, kind: str, country: str | None, *, at: datetime
) -> None:
    """Raise CountryStoppedError where messages to new numbers there are not answered lately."""
    conversion = await room.conversions.of(kind, country)
    if is_stopped(conversion, at=at):
        raise CountryStoppedError(country, conversion.stopped_until or at)
    if has_failed(conversion, at=at):
        stopped = SendingStopped(kind=kind, country=country or "none", purpose=context.purpose)
        await room.commit(
            StopSending(kind=kind, country=country, at=at),
            CountTries(charges=(met(room.counter_key, unanswered(kind)),), at=at),
            record(context, stopped, succeeded=True, at=at),
        )
        raise CountryStoppedError(country, at + STOPPED_FOR)
