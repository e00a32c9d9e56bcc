"""What the message of a challenge is counted against, and what its answer gives back."""

from proofup.challenges.context import Context
from proofup.challenges.room import Room, budget_of
from proofup.methods.protocol import Purpose
from proofup.policy.limits import Charge
from proofup.policy.message_tries import account_charge, new_number_charges, registered_charges
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.ways import Way


def message_charges(room: Room, context: Context, way: Way, to: PhoneNumber) -> tuple[Charge, ...]:
    """Return everything that a message falls under. Raises CountryNotServedError.

    Texts and calls to one number share their limits: a way around one of them by the other would
    be no limit.
    """
    key, budget = room.counter_key, budget_of(room, way)
    return (
        *returned(room, context, to),
        account_charge(key, context.policy, context.user_id),
        *budget.charges(key, to, registered=context.registered),
    )


def returned(room: Room, context: Context, to: PhoneNumber) -> tuple[Charge, ...]:
    """Return what an answer gives back; what cost money stays counted."""
    key, policy, user_id = room.counter_key, context.policy, context.user_id
    if context.purpose is Purpose.PASSWORD_RESET:
        return ()  # it was counted before, for every name alike
    if context.registered:
        return registered_charges(key, policy, to, user_id)
    return new_number_charges(key, policy, to, user_id, context.client.network)
