"""What a person can answer with now: what they have, as far as the rules and carriers allow it."""

from collections.abc import Sequence
from datetime import datetime

from proofup.challenges.room import Room
from proofup.methods.catalogue import Option
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.decision import usable
from proofup.policy.rules import Policy


def options_of(
    room: Room, held: Sequence[RegisteredMethod], policy: Policy, *, at: datetime
) -> tuple[Option, ...]:
    """Return the usable options of somebody who holds ``held``, under the rules ``policy``."""
    return usable(room.catalogue.options(held, at=at), policy.allowed(room.served, at=at))
