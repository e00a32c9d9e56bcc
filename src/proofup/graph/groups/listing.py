"""Lists of groups: filtered or searched by what an index finds, or in pages, and their number."""

from collections.abc import Sequence

from proofup.directory.groups import Group
from proofup.graph.answers import Answer, collection, counted, narrowed
from proofup.graph.call import Call
from proofup.graph.groups.shapes import group_shown
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.expressions import Compare, Either, Every, Expression, Match, Within
from proofup.graph.odata.filters import read_filter
from proofup.graph.odata.searching import read_search
from proofup.graph.short_lists import check_counted
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.values.ids import GroupId

SEGMENT = "groups"
PAGE, MOST = 100, 999
SERVED = (
    "$filter is served by id, displayName and mailNickname with eq and in, "
    "startswith(displayName), securityEnabled eq true, mailEnabled eq false, and, or."
)
ALWAYS = (
    Compare("securityEnabled", "eq", value=True),
    Compare("mailEnabled", "eq", value=False),
)
TOO_MANY = f"More than {MOST} groups have a name that begins so; ask for a longer beginning."


async def list_all(call: Call) -> Answer:
    """List groups, a page at a time: all, or those that are filtered or searched for."""
    check_may(call, Permission.READ_USERS)
    options = call.options
    options.refuse("skip", "expand")
    most, groups = min(options.top or PAGE, MOST), call.door.ports.groups
    after = GroupId(options.token) if options.token else None
    wanted = await _wanted(call)
    if wanted is None:
        found = await groups.page(after=after, most=most + 1)
    else:
        found = [one for one in wanted if after is None or one.id > after]
    following = call.following(found[most - 1].id) if len(found) > most else None
    items = [narrowed(group_shown(one), options.select) for one in found[:most]]
    count = None
    if options.count and call.is_eventual and after is None:
        count = await groups.count() if wanted is None else len(wanted)
    return collection(call.metadata(SEGMENT), items, following=following, count=count)


async def count_all(call: Call) -> Answer:
    """Return how many groups there are, or are filtered or searched for."""
    check_may(call, Permission.READ_USERS)
    check_counted(call)
    wanted = await _wanted(call)
    return counted(await call.door.ports.groups.count() if wanted is None else len(wanted))


async def _wanted(call: Call) -> Sequence[Group] | None:
    """Return the groups that are filtered or searched for, ordered by id; None are all."""
    options = call.options
    if options.filter is not None:
        said = _without_always(read_filter(options.filter))
        if said is None:
            return None
        found = await _of(call, said)
    elif options.search is not None:
        found = await _searched(call, options.search)
    else:
        return None
    return sorted(found, key=lambda one: one.id)


def _without_always(said: Expression) -> Expression | None:
    """Return ``said`` without what is true of every group, or None if nothing else is said."""
    parts = said.parts if isinstance(said, Every) else (said,)
    kept = [one for one in parts if one not in ALWAYS]
    return Every(kept) if kept else None


async def _searched(call: Call, text: str) -> list[Group]:
    if not call.is_eventual:
        raise UnsupportedQueryError("$search needs the header 'ConsistencyLevel: eventual'.")
    found: dict[str, Group] = {}
    for terms in read_search(text):
        if [one.field for one in terms] != ["displayName"]:
            raise UnsupportedQueryError("$search is served by displayName.")
        for one in await _beginning(call, terms[0].text):
            found[one.id] = one
    return list(found.values())


async def _of(call: Call, said: Expression) -> list[Group]:
    """Return the groups of which ``said`` is true."""
    groups = call.door.ports.groups
    match said:
        case Every(parts):
            kept = [await _of(call, one) for one in parts]
            ids = set.intersection(*({one.id for one in found} for found in kept))
            return [one for one in kept[0] if one.id in ids]
        case Either(parts):
            every = {one.id: one for part in parts for one in await _of(call, part)}
            return list(every.values())
        case Within(field, values):
            same = [Compare(field, "eq", value) for value in values]
            return await _of(call, Either(same))
        case Compare("displayName" | "mailNickname" as field, "eq", str(name)):
            read = groups.called if field == "displayName" else groups.nicknamed
            return list(await read(name, most=MOST))
        case Match("startswith", "displayName", name):
            return await _beginning(call, name)
        case Compare("id", "eq", str(id_)):
            found = await groups.by_id(GroupId(id_.lower()))
            return [found] if found else []
        case _:
            raise UnsupportedQueryError(SERVED)


async def _beginning(call: Call, name: str) -> list[Group]:
    found = await call.door.ports.groups.beginning(name, most=MOST + 1)
    if len(found) > MOST:
        raise UnsupportedQueryError(TOO_MANY)
    return list(found)
