"""``/users/delta``: all users, and later what has changed of them since.

First come pages of all users, then pages of what the audit log says was changed meanwhile, and at
the end a link from which the next round begins. The tokens say what was selected, and where to go
on; entries of the log are numbered in the order in which they became visible, so none is missed.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from proofup.audit.entry import Entry
from proofup.audit.events.accounts import ProfileChanged, UserChanged
from proofup.directory.listing import Place, Wanted
from proofup.graph.answers import Answer, Resource
from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError, bad_request
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.expressions import Compare, Either, Expression, Within
from proofup.graph.odata.filters import read_filter
from proofup.graph.page_tokens import place_of, token_of
from proofup.graph.targets import check_may
from proofup.graph.users.filters import EVERYBODY
from proofup.graph.users.guest_states import seen
from proofup.graph.users.profile import check_known
from proofup.policy.permissions import Permission
from proofup.values.ids import UserId

PAGE = 100
MOST_IDS = 50
LATEST = "latest"
GONE = "The delta token is not valid any more; begin again with all users."


class Round(Struct, frozen=True, kw_only=True):
    """What a round of pages is about, and where it goes on.

    ``ids`` are the users who are asked for; without any it is everybody. ``number`` is that of the
    last entry of the log that was told. ``place`` is where the next page of all users begins;
    without one, and not ``is_first``, only changes are left.
    """

    select: Sequence[str] = ()
    ids: Sequence[UserId] = ()
    number: int
    place: Place | None = None
    is_first: bool = False


async def list_changes(call: Call) -> Answer:
    """Return a page of users, or of what has changed of them."""
    check_may(call, Permission.READ_USERS)
    call.options.refuse("expand", "top", "orderby", "search", "skip", "count")
    newest = await call.door.profile_changes.newest()
    here = _round(call, newest)
    if here.number > newest:  # of a time that a restored backup does not know
        headers = {"location": f"{_address(call)}?$deltatoken="}
        raise CallRefusedError(410, GONE, code="syncStateNotFound", headers=headers)
    if here.is_first or here.place is not None:
        return await _users(call, here)
    return await _changes(call, here)


def _round(call: Call, newest: int) -> Round:
    options = call.options
    token = options.token or options.delta or ""
    if token in {"", LATEST}:
        names, ids = options.select, _ids(options.filter)
        check_known(names)
        return Round(select=names, ids=ids, number=newest, is_first=token != LATEST)
    if options.select or options.filter:
        raise bad_request("$select and $filter are in the token; they cannot be given again.")
    return place_of(token, Round)


async def _users(call: Call, here: Round) -> Answer:
    wanted = [Wanted(id=one) for one in here.ids] or EVERYBODY
    found = await call.door.users.page(wanted, by_display_name=False, after=here.place, most=PAGE)
    names = _names(here)
    items = await seen(call, found.people, names)
    return _page(call, items, replace(here, place=found.after, is_first=False), more=True)


async def _changes(call: Call, here: Round) -> Answer:
    found = await call.door.profile_changes.after(here.number, most=PAGE)
    names = _names(here)
    changed = dict.fromkeys(
        UserId(entry.target)
        for _, entry in found
        if entry.target
        and (not here.ids or entry.target in here.ids)
        and _is_asked_for(entry, names)
    )
    items = [await _item(call, one, names) for one in changed]
    number = found[-1].number if found else here.number
    return _page(call, items, replace(here, number=number), more=len(found) == PAGE)


def _is_asked_for(entry: Entry, names: Sequence[str]) -> bool:
    """Tell whether an entry is about one of these properties; of most it is about all."""
    if isinstance(entry.event, UserChanged):
        return "accountEnabled" in names
    if isinstance(entry.event, ProfileChanged):
        return not set(entry.event.properties.split(", ")).isdisjoint(names)
    return True


async def _item(call: Call, user_id: UserId, names: Sequence[str]) -> Resource:
    ports = call.door.ports
    person = await ports.room.people.by_id(user_id)
    if person is not None:
        return (await seen(call, [person], names))[0]
    can_return = await ports.deleted_users.of(user_id) is not None
    return {"id": user_id, "@removed": {"reason": "changed" if can_return else "deleted"}}


def _names(here: Round) -> Sequence[str]:
    names = check_known(here.select)
    return names if "id" in names else (*names, "id")


def _page(call: Call, items: Sequence[Resource], after: Round, *, more: bool) -> Answer:
    kind, option = ("nextLink", "skiptoken") if more else ("deltaLink", "deltatoken")
    selected = f"({','.join(after.select)})" if after.select else ""
    body: Mapping[str, object] = {
        "@odata.context": f"{call.root}/$metadata#users{selected}/$delta",
        f"@odata.{kind}": f"{_address(call)}?${option}={token_of(after)}",
        "value": items,
    }
    return Answer(body=body)


def _address(call: Call) -> str:
    return f"{call.root}/users/delta"


def _ids(text: str | None) -> Sequence[UserId]:
    """Return the ids that the filter asks for. Raises UnsupportedQueryError for another filter."""
    found = [] if text is None else list(_ids_in(read_filter(text)))
    if len(found) > MOST_IDS:
        message = f"The filter asks for more than {MOST_IDS} users."
        raise UnsupportedQueryError(message)
    return found


def _ids_in(said: Expression) -> Sequence[UserId]:
    match said:
        case Compare("id", "eq", str(value)):
            return [UserId(value.lower())]
        case Within("id", values) if all(isinstance(one, str) for one in values):
            return [UserId(str(one).lower()) for one in values]
        case Either(parts):
            return [found for part in parts for found in _ids_in(part)]
    raise UnsupportedQueryError("Changes are served with $filter by id alone: id eq '…' or ….")
