"""``directoryObjects``: one or several read by id, and deleted as their own collection does."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from proofup.graph.answers import Answer, Resource, collection, entity, narrowed
from proofup.graph.applications import principals
from proofup.graph.applications import records as applications
from proofup.graph.call import Call
from proofup.graph.directory import units
from proofup.graph.errors import CallRefusedError, bad_request, not_found
from proofup.graph.groups import records as groups
from proofup.graph.objects.finding import Found, Kind, object_called, readable_kinds
from proofup.graph.operations import Handle
from proofup.graph.scopes import (
    CHANGE_APPLICATIONS,
    CHANGE_GROUPS,
    CHANGE_UNITS,
    DELETE_USERS,
    Scopes,
)
from proofup.graph.targets import check_scopes
from proofup.graph.users import changing

MOST = 1000  # ids in a body
SEGMENT = "directoryObjects"
ANYTHING = "directoryobject"


class Deleting(Struct, frozen=True):
    """How objects of one type are deleted: the names in the address, the scopes, the handler."""

    param: str
    scopes: Scopes
    handle: Handle


DELETING: Mapping[Kind, Deleting] = {
    Kind.USER: Deleting("user", DELETE_USERS, changing.delete),
    Kind.GROUP: Deleting("group", CHANGE_GROUPS, groups.delete),
    Kind.APPLICATION: Deleting("application", CHANGE_APPLICATIONS, applications.delete),
    Kind.PRINCIPAL: Deleting("application", CHANGE_APPLICATIONS, principals.delete),
    Kind.UNIT: Deleting("unit", CHANGE_UNITS, units.delete),
}
DELETE_OBJECTS = Scopes(
    frozenset[str]().union(*(one.scopes.others for one in DELETING.values())), frozenset()
)


class Wanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of getByIds; without types all are wanted."""

    ids: tuple[str, ...]
    types: tuple[str, ...] | None = None


async def get(call: Call) -> Answer:
    """Return one object."""
    found = await _found(call)
    return entity(call.metadata(SEGMENT, one=True), narrowed(found.shown, call.options.select))


async def get_by_ids(call: Call) -> Answer:
    """Return the objects of these ids; one that is not there is left out."""
    body, kinds = call.body(Wanted), readable_kinds(call)
    if not 0 < len(body.ids) <= MOST:
        message = f"ids must have 1 to {MOST} items."
        raise bad_request(message)
    types = {one.lower().lstrip("#").removeprefix("microsoft.graph.") for one in body.types or ()}
    if types and ANYTHING not in types:
        kinds = [one for one in kinds if one.lower() in types]
    items: list[Resource] = []
    for named in dict.fromkeys(one.lower() for one in body.ids):
        found = await object_called(call, named, kinds)
        if found is not None:
            items.append(narrowed(found.shown, call.options.select))
    return collection(call.metadata(SEGMENT), items)


async def delete(call: Call) -> Answer:
    """Delete one object, for whoever may delete it by its own address."""
    found = await _found(call)
    deleting = DELETING.get(found.kind)
    if deleting is None:
        raise CallRefusedError(405, "Directory roles cannot be deleted.", code="Request_BadRequest")
    check_scopes(call, deleting.scopes)
    params = {deleting.param: str(found.resource["id"])}
    return await deleting.handle(replace(call, params=params))


async def _found(call: Call) -> Found:
    call.options.refuse("expand", "filter", "search")
    named = call.params["object"]
    found = await object_called(call, named, readable_kinds(call))
    if found is None:
        raise not_found(named[:100])
    return found
