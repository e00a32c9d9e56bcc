"""Whether guests have accepted: read beside the profile, where it is asked for."""

from collections.abc import Sequence

from proofup.administration.invite_address import waiting_among
from proofup.directory.users import Person, UserType
from proofup.graph.answers import Resource
from proofup.graph.call import Call
from proofup.graph.users.profile import shown

STATE = "externalUserState"
PENDING, ACCEPTED = "PendingAcceptance", "Accepted"


async def seen(call: Call, people: Sequence[Person], names: Sequence[str]) -> list[Resource]:
    """Return these properties of each user, which are known."""
    resources = [shown(one, names) for one in people]
    if STATE not in names:
        return resources
    users = [one.user for one in people]
    waiting = await waiting_among(call.door.ports, users)
    states = {one.id: ACCEPTED for one in users if one.user_type is UserType.GUEST}
    states |= dict.fromkeys(waiting, PENDING)
    return [
        {**resource, STATE: states.get(one.user.id)}
        for one, resource in zip(people, resources, strict=True)
    ]
