"""Whether guests have accepted: read beside the profile, where it is asked for."""

from collections.abc import Sequence

from proofup.directory.users import Person, UserType
from proofup.graph.answers import Resource
from proofup.graph.call import Call
from proofup.graph.users.profile import shown

STATE = "externalUserState"
PENDING, ACCEPTED = "PendingAcceptance", "Accepted"


async def seen(call: Call, people: Sequence[Person], names: Sequence[str]) -> list[Resource]:
    """Return these properties of each user, which are known.

    A guest has accepted who has chosen a password.
    """
    resources = [shown(one, names) for one in people]
    if STATE not in names:
        return resources
    guests = [one.user.id for one in people if one.user.user_type is UserType.GUEST]
    states = dict.fromkeys(guests, ACCEPTED)
    states |= dict.fromkeys(await call.door.ports.without_password.among(guests), PENDING)
    return [
        {**resource, STATE: states.get(one.user.id)}
        for one, resource in zip(people, resources, strict=True)
    ]
