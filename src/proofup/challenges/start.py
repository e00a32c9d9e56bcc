"""Putting a question: limits, challenge, message and record in one write.

So a text is never sent without being counted, and none is counted that is not sent.
"""

from datetime import datetime

from proofup.audit.entry import Event
from proofup.challenges.challenge import OpenChallenge, StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.records import record
from proofup.challenges.room import Room
from proofup.challenges.tries import pauses_of
from proofup.directory.users import RequireEpoch
from proofup.methods.catalogue import Option
from proofup.policy import figures
from proofup.policy.limits import Charge, CountTries, RequireTries
from proofup.values.ids import ChallengeId, MessageId, ordered_id, random_id
from proofup.values.messages import Call, SendMessage, Text
from proofup.values.phone_numbers import country_of


async def start(room: Room, context: Context, option: Option, *, at: datetime) -> StoredChallenge:
    """Put a new challenge to ``option`` and return it; older ones of the subject are dead.

    Raises LimitReachedError or CountryNotServedError before anything is written, and
    RevokedError where the account was disabled or its epoch raised.
    """
    held = option.methods[0]
    challenge = room.catalogue.of(held).challenge(
        held,
        challenge_id=ChallengeId(random_id(room.entropy)),
        purpose=context.purpose,
        way=option.way,
        language=context.language,
        at=at,
        entropy=room.entropy,
    )
    if challenge.message is None:
        stored = StoredChallenge(
            challenge=challenge, subject=context.subject, correlation_id=context.correlation_id
        )
        await room.commit(
            RequireEpoch(user_id=context.user_id, epoch=context.epoch), OpenChallenge(stored=stored)
        )
        return stored
    message_id = MessageId(ordered_id(room.entropy, at))
    stored = StoredChallenge(
        challenge=challenge,
        subject=context.subject,
        correlation_id=context.correlation_id,
        message_id=message_id,
    )
    await room.commit(
        # Nobody is sent a code that could not be answered.
        RequireTries(charges=pauses_of(room, context, option.way), at=at),
        CountTries(charges=_charges(room, context, challenge.message), at=at),
        RequireEpoch(user_id=context.user_id, epoch=context.epoch),
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
            Event.CHALLENGE_SENT,
            {"way": option.way, "to": challenge.message.to.masked},
            succeeded=True,
            at=at,
        ),
    )
    return stored


def _charges(room: Room, context: Context, message: Text | Call) -> tuple[Charge, ...]:
    """Return every budget that a message falls under, or raise CountryNotServedError."""
    budget = room.texts if isinstance(message, Text) else room.calls
    country = country_of(message.to)
    budget.check_country(country)
    number = message.to.e164
    # Texts and calls to one number, person or network share their limits: a way around one of
    # them by the other would be no limit.
    return tuple(
        Charge(key=room.counter_key(limit.name, whom), limit=limit)
        for limit, whom in (
            (figures.TEXT_AGAIN, number),
            (figures.TEXTS_PER_HOUR, number),
            (figures.TEXTS_PER_DAY, number),
            (figures.TEXTS_OF_ACCOUNT, context.user_id),
            (figures.TEXTS_OF_NETWORK, context.client.network),
            (budget.country_limit, country or "none"),
            (budget.service_limit, "all"),
        )
    )
