"""Asking for a proof in a password reset; the answer is the same whether there is one to ask."""

from datetime import datetime
from functools import partial

from msgspec.structs import replace

from proofup.authentication.password_reset import AdvancePasswordReset, PasswordReset
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.resets.standing import ResetStanding, ResetStep
from proofup.challenges.brakes import count
from proofup.challenges.context import Context
from proofup.challenges.start import start
from proofup.methods.protocol import Purpose
from proofup.policy import figures
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.limits import Charge
from proofup.policy.rules import Policy
from proofup.policy.subscriber import Subscriber
from proofup.values.errors import LimitReachedError, RevokedError
from proofup.values.ways import Way


async def ask(ports: Ports, here: ResetStanding, way: Way, *, at: datetime) -> bool:
    """Put the question in ``way``, if the account has a method for it.

    Return False where ``way`` is not offered. Raises LimitReachedError, which holds for every name
    alike, and StaleError where another request was first.
    """
    reset = here.reset
    if here.step is not ResetStep.PROOF or reset is None:
        return False
    if way not in {traits.word for traits in here.ways}:
        return False
    policy = await ports.room.policies.current()
    charges = _charges(ports, reset, policy, way)
    await count(ports.room, partial(record, reset, succeeded=False, at=at), *charges, at=at)
    advance = AdvancePasswordReset(reset=replace(reset, asked=way))
    option = here.option(way)
    if option is not None and here.subscriber is not None:
        try:
            context = context_of(reset, here.subscriber)
            await start(ports.room, context, option, also=(advance,), at=at)
        except (LimitReachedError, CountryNotServedError, RevokedError):
            pass  # nothing is sent, and the page says what it says where there is no such method
        else:
            return True
    await ports.room.commit(advance)
    return True


def context_of(reset: PasswordReset, subscriber: Subscriber) -> Context:
    """Return what a challenge of the reset is told."""
    return Context(
        purpose=Purpose.PASSWORD_RESET,
        subject=reset.id,
        user_id=subscriber.person.user.id,
        epoch=reset.epoch,
        correlation_id=reset.correlation_id,
        client=reset.client,
        language=reset.language,
        policy=subscriber.policy,
    )


def _charges(ports: Ports, reset: PasswordReset, policy: Policy, way: Way) -> tuple[Charge, ...]:
    """Return what a question is counted against, apart from the messages of a sign-in.

    So nobody who only knows a user name uses up the texts of its owner.
    """
    counted = (
        (figures.RESET_AGAIN, reset.whom, way),
        (figures.RESET_MESSAGES_PER_HOUR, reset.whom, way),
        (figures.RESET_MESSAGES_PER_DAY, reset.whom, way),
        (figures.RESET_MESSAGES_OF_NETWORK, reset.client.network),
    )
    return tuple(
        Charge(key=ports.room.counter_key(limit.name, *whom), limit=policy.limit(limit))
        for limit, *whom in counted
    )
