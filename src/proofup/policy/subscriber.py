"""A person with what they hold and the rules that hold for them, read once for a request."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import Person
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.rules import Policy
from proofup.values.ids import UserId


class Subscriber(Struct, frozen=True, kw_only=True):
    """A person with their methods, oldest first, and the rules: all as they were at one moment."""

    person: Person
    held: Sequence[RegisteredMethod]
    policy: Policy


class Subscribers(Protocol):
    """Reads people with their methods and the rules."""

    async def of(self, user_id: UserId) -> Subscriber | None:
        """Return the person of this id with what they hold."""
        ...

    async def of_many(self, user_ids: Sequence[UserId]) -> Mapping[UserId, Subscriber]:
        """Return those of these ids whom there are, read together."""
        ...
