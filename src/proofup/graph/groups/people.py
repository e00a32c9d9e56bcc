"""Who belongs to a group, as a member or as an owner."""

from collections.abc import Awaitable, Callable
from functools import partial

from proofup.administration.groups import add_to_group, remove_from_group
from proofup.administration.planned import Planned, carry_out
from proofup.administration.target import target_called
from proofup.directory.groups import Belonging
from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection
from proofup.graph.call import Call
from proofup.graph.directory.references import referenced
from proofup.graph.errors import bad_request, not_found
from proofup.graph.groups.records import group_in
from proofup.graph.targets import check_may
from proofup.graph.users.profile import check_known, shown
from proofup.policy.permissions import Permission
from proofup.values.errors import UnknownUserError
from proofup.values.ids import UserId

PAGE, MOST = 100, 999
USER = "#microsoft.graph.user"
THERE_ALREADY = (
    "One or more added object references already exist for the following modified properties: "
    "'members'."
)


async def list_people(call: Call, belonging: Belonging) -> Answer:
    """List the people of a group, a page at a time."""
    group, most = await group_in(call), min(call.options.top or PAGE, MOST)
    names = check_known(call.options.select)
    after = UserId(call.options.token) if call.options.token else None
    rows = call.door.ports.groups
    found = await rows.people(group.id, belonging, after=after, most=most + 1)
    items: list[Resource] = [
        {"@odata.type": USER, "id": one.user.id, **shown(one, names)} for one in found[:most]
    ]
    following = call.following(found[most - 1].user.id) if len(found) > most else None
    return collection(call.metadata("directoryObjects"), items, following=following)


async def add(call: Call, belonging: Belonging) -> Answer:
    """Add the user who is referred to."""
    if not await _change(call, referenced(call), belonging, add_to_group):
        raise bad_request(THERE_ALREADY)
    return NO_CONTENT


async def remove(call: Call, belonging: Belonging) -> Answer:
    """Remove the user whom the address names."""
    named = call.params["member"]
    if not await _change(call, named, belonging, remove_from_group):
        raise not_found(named[:100])
    return NO_CONTENT


async def _change(
    call: Call, named: str, belonging: Belonging, act: Callable[..., Awaitable[Planned[bool]]]
) -> bool:
    check_may(call, Permission.MANAGE_GROUPS)
    group, ports = await group_in(call), call.door.ports
    try:
        target = await target_called(ports, named, at=call.at)
    except UnknownUserError as error:
        raise not_found(named[:100]) from error
    planned = await act(ports, call.actor, target, group, belonging, at=call.at)
    return await carry_out(ports, planned)


list_members = partial(list_people, belonging=Belonging.MEMBER)
list_owners = partial(list_people, belonging=Belonging.OWNER)
add_member = partial(add, belonging=Belonging.MEMBER)
add_owner = partial(add, belonging=Belonging.OWNER)
remove_member = partial(remove, belonging=Belonging.MEMBER)
remove_owner = partial(remove, belonging=Belonging.OWNER)
