"""What a group belongs to: nothing, as groups neither nest, nor hold roles, nor are in units."""

from proofup.graph.answers import Answer
from proofup.graph.call import Call
from proofup.graph.groups.belonging import OfGroups, OfObjects, Which, bounded, strings
from proofup.graph.groups.records import group_in
from proofup.graph.short_lists import listed


async def list_nothing(call: Call) -> Answer:
    """List what a group belongs to, or its members that are groups."""
    await group_in(call)
    return listed(call, "directoryObjects", [])


async def get_nothing(call: Call) -> Answer:
    """Return the ids of what a group belongs to."""
    call.body(Which)
    await group_in(call)
    return strings(call, [])


async def check_groups(call: Call) -> Answer:
    """Return those of the ids that are groups of the group."""
    bounded(call.body(OfGroups).group_ids)
    await group_in(call)
    return strings(call, [])


async def check_objects(call: Call) -> Answer:
    """Return those of the ids that the group belongs to."""
    bounded(call.body(OfObjects).ids)
    await group_in(call)
    return strings(call, [])
