"""Who acts in these tests: the host, and people who may and who may not."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeAlias

import pytest
from msgspec.structs import replace

from proofup.directory.roles import GLOBAL_ADMINISTRATOR, Assignment, AssignRole
from proofup.directory.users import Person
from proofup.policy.actor import Actor
from proofup.policy.proofs import Proofs
from proofup.values.ids import CorrelationId
from world import HOME, World

Administrator: TypeAlias = Callable[[], Awaitable[tuple[Actor, Person]]]
"""Adds a Global Administrator with fresh proofs."""


def actor_of(world: World, person: Person, *roles: str) -> Actor:
    """Return ``person`` as an actor who has just given both proofs."""
    return Actor(
        id=person.user.id,
        roles=frozenset(Assignment(role=one) for one in roles),
        epoch=person.account.epoch,
        proofs=Proofs(first_at=world.now, second_at=world.now),
        correlation_id=CorrelationId("c"),
        client=HOME,
    )


async def acting(world: World, person: Person) -> Actor:
    """Return ``person`` as an actor of this moment, with the roles that they hold."""
    roles = await world.store.roles.of_user(person.user.id, at=world.now)
    return replace(actor_of(world, person), roles=roles)


@pytest.fixture
def administrator(world: World) -> Administrator:
    numbers = count(1)

    async def add() -> tuple[Actor, Person]:
        person = await world.person(f"ada.{next(numbers)}@contoso.test", mail=None)
        await world.store.commit(AssignRole(user_id=person.user.id, role=GLOBAL_ADMINISTRATOR))
        return actor_of(world, person, GLOBAL_ADMINISTRATOR), person

    return add


@pytest.fixture
async def nobody(world: World, anyio_backend: str) -> Actor:
    """Give a person who may do nothing to others."""
    return actor_of(world, await world.person("noor@contoso.test", mail=None))
