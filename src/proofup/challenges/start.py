"""Putting a question: limits, challenge, message and record in one write.

So a text is never sent without being counted, and none is counted that is not sent.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from proofup.audit.events.challenges import ChallengeSent, SendingStopped
from proofup.challenges.challenge import OpenChallenge, StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.records import record
from proofup.challenges.room import Room, budget_of
from proofup.challenges.tries import pauses_of
from proofup.directory.users import RequireEpoch
from proofup.methods.catalogue import Option
from proofup.policy import figures
from proofup.policy.budgets import Budget, CountryNotServedError
from proofup.policy.conversion import (
    STOPPED_FOR,
    CountryStoppedError,
    NoteSent,
    StopSending,
    has_failed,
    is_stopped,
)
from proofup.policy.limits import Charge, CountTries, Limit, RequireTries
from proofup.values.changes import Change
from proofup.values.errors import LimitReachedError
from proofup.values.ids import ChallengeId, MessageId, ordered_id, random_id
from proofup.values.messages import Call, SendMessage, Text
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
    """Put a new challenge to ``option`` and return it; older ones of the subject are dead.

    ``also`` is written with it. Raises LimitReachedError, CountryNotServedError or
    CountryStoppedError before anything is sent or written, and RevokedError where the account was
    disabled or its epoch raised.
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
            RequireEpoch(user_id=context.user_id, epoch=context.epoch),
            *also,
            OpenChallenge(stored=stored),
        )
        return stored
    country = country_of(challenge.message.to)
    budget = budget_of(room, option.way)
    await _check_answered(room, context, budget.kind, country, at=at)
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
        CountTries(charges=_charges(room, context, challenge.message, budget, country), at=at),
        NoteSent(kind=budget.kind, country=country, at=at),
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
            ChallengeSent(way=option.way, to=challenge.message.to.masked, purpose=context.purpose),
            succeeded=True,
            at=at,
        ),
    )
    return stored


async def _check_answered(
    room: Room, context: Context, kind: str, country: str | None, *, at: datetime
) -> None:
    """Raise CountryStoppedError where messages to ``country`` are not answered lately."""
    conversion = await room.conversions.of(kind, country)
    if is_stopped(conversion, at=at):
        raise CountryStoppedError(country, conversion.stopped_until or at)
    if has_failed(conversion, at=at):
        stopped = SendingStopped(kind=kind, country=country or "none", purpose=context.purpose)
        await room.commit(
            StopSending(kind=kind, country=country, at=at),
            record(context, stopped, succeeded=True, at=at),
        )
        raise CountryStoppedError(country, at + STOPPED_FOR)


def _charges(
    room: Room, context: Context, message: Text | Call, budget: Budget, country: str | None
) -> tuple[Charge, ...]:
    """Return every budget that a message falls under, or raise CountryNotServedError."""
    budget.check_country(country)
    number, where, price = message.to.e164, country or "none", budget.price_to(country)
    of_country, of_all = budget.spend_limits
    # Texts and calls to one number, person or network share their limits: a way around one of
    # them by the other would be no limit.
    counted: list[tuple[Limit | None, str, int]] = [
        (figures.TEXT_AGAIN, number, 1),
        (figures.TEXTS_PER_HOUR, number, 1),
        (figures.TEXTS_PER_DAY, number, 1),
        (figures.TEXTS_OF_ACCOUNT, context.user_id, 1),
        (figures.TEXTS_OF_NETWORK, context.client.network, 1),
        (budget.country_limit, where, 1),
        (budget.service_limit, "all", 1),
        (of_country, where, price),
        (of_all, "all", price),
    ]
    return tuple(
        Charge(key=room.counter_key(limit.name, whom), limit=limit, weight=weight)
        for limit, whom, weight in counted
        if limit is not None and weight
    )
