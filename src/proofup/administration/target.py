"""Reading whom an act is done to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from proofup.administration.ports import Ports
from proofup.directory.finding import find_person
from proofup.policy.target import Target
from proofup.values.errors import UnknownUserError
from proofup.values.ids import UserId


async def target_called(ports: Ports, called: str, *, at: datetime) -> Target:
    """Return the person whose id or user principal name is ``called``. Raises UnknownUserError."""
    person = await find_person(ports.room.people, called)
    return await target_of(ports, person.user.id, at=at)


async def targets_of(
    ports: Ports, user_ids: Sequence[UserId], *, at: datetime
) -> Mapping[UserId, Target]:
    """Return those of these ids whom there are, as ``target_of`` does, read together."""
    people = await ports.subscribers.of_many(user_ids)
    roles = await ports.roles.of_many(user_ids, at=at)
    units = await ports.units.of_many(user_ids)
    return {
        user_id: Target(
            person=found.person,
            held=found.held,
            policy=found.policy,
            roles=roles.get(user_id, frozenset()),
            units=units.get(user_id, frozenset()),
        )
        for user_id, found in people.items()
    }


async def target_of(ports: Ports, user_id: UserId, *, at: datetime) -> Target:
    """Return the person of this id with all that acts are decided by. Raises UnknownUserError."""
    found = await ports.subscribers.of(user_id)
    if found is None:
        raise UnknownUserError
    return Target(
        person=found.person,
        held=found.held,
        policy=found.policy,
        roles=await ports.roles.of_user(user_id, at=at),
        units=await ports.units.of_user(user_id),
    )
