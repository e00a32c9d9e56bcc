"""Who belongs to a group, as a member or as an owner."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from proofup.administration.groups import add_to_group, remove_from_group
from proofup.administration.planned import Planned, carry_out
from proofup.administration.target import target_called
from proofup.directory.groups import Belonging, Group
from proofup.directory.users import Person
from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, counted
from proofup.graph.call import Call
from proofup.graph.directory.references import referenced, references_shown
from proofup.graph.errors import bad_request, not_found
from proofup.graph.groups.records import group_in
from proofup.graph.short_lists import check_counted
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
    names = check_known(call.options.select)
    group, found, following = await _page(call, belonging)
    items: list[Resource] = [
        {"@odata.type": USER, "id": one.user.id, **shown(one, names)} for one in found
    ]
    is_counted = call.options.count and call.is_eventual and call.options.token is None
    rows = call.door.ports.groups
    number = await rows.count_people(group.id, belonging) if is_counted else None
    context = call.metadata("directoryObjects")
    return collection(context, items, following=following, count=number)


async def list_references(call: Call, belonging: Belonging) -> Answer:
    """List the addresses of the people of a group, a page at a time."""
    _, found, following = await _page(call, belonging)
    return references_shown(call, [one.user.id for one in found], following=following)


async def count_people(call: Call, belonging: Belonging) -> Answer:
    """Return how many people a group has."""
    check_counted(call)
    call.options.refuse("filter", "search")
    group = await group_in(call)
    return counted(await call.door.ports.groups.count_people(group.id, belonging))


async def _page(call: Call, belonging: Belonging) -> tuple[Group, Sequence[Person], str | None]:
    """Return the group, the people of the page, and the address of the next one."""
    call.options.refuse("filter", "search", "orderby", "skip", "expand")
    group, most = await group_in(call), min(call.options.top or PAGE, MOST)
    after = UserId(call.options.token) if call.options.token else None
    rows = call.door.ports.groups
    found = await rows.people(group.id, belonging, after=after, most=most + 1)
    following = call.following(found[most - 1].user.id) if len(found) > most else None
    return group, found[:most], following


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
list_member_references = partial(list_references, belonging=Belonging.MEMBER)
list_owner_references = partial(list_references, belonging=Belonging.OWNER)
count_members = partial(count_people, belonging=Belonging.MEMBER)
add_member = partial(add, belonging=Belonging.MEMBER)
add_owner = partial(add, belonging=Belonging.OWNER)
remove_member = partial(remove, belonging=Belonging.MEMBER)
remove_owner = partial(remove, belonging=Belonging.OWNER)
