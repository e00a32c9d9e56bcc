"""Lists of applications and service principals: filtered by what an index finds, or in pages."""

from collections.abc import Callable, Sequence

from proofup.administration.applications.finding import find_application
from proofup.graph.answers import Answer, Resource, collection, narrowed
from proofup.graph.call import Call
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.expressions import AnyItem, Compare, Either, Every, Expression, Match
from proofup.graph.odata.filters import read_filter
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.tokens.application import Application
from proofup.values.ids import ApplicationId

PAGE, MOST = 100, 999
NAMES = frozenset({"identifierUris", "servicePrincipalNames"})
SERVED = (
    "$filter is served by id, appId and displayName with eq, startswith(displayName), "
    "identifierUris/any and servicePrincipalNames/any with eq, and, or."
)


async def application_in(call: Call) -> Application:
    """Return the application that the address names, for whoever may read it."""
    check_may(call, Permission.READ_APPLICATIONS)
    return await find_application(call.door.ports, call.params["application"])


async def listed(
    call: Call, segment: str, show: Callable[[Application], Resource], *more: Resource
) -> Answer:
    """Return a page of applications, each as ``show`` shows it; ``more`` are built in."""
    check_may(call, Permission.READ_APPLICATIONS)
    options = call.options
    options.refuse("skip", "search", "expand")
    most = min(options.top or PAGE, MOST)
    if options.filter is not None:
        found: Sequence[Application] = await _of(call, read_filter(options.filter))
        items = [show(one) for one in found[:most]]
        wanted = options.filter
        items += [one for one in more if one["appId"] in wanted or one["displayName"] in wanted]
        following = None
    else:
        after = ApplicationId(options.token) if options.token else None
        found = await call.door.ports.applications.page(after=after, most=most + 1)
        items = [show(one) for one in found[:most]]
        following = call.following(found[most - 1].id) if len(found) > most else None
    shown = [narrowed(one, options.select) for one in items]
    count = len(shown) if options.count and call.is_eventual and not following else None
    return collection(call.metadata(segment), shown, following=following, count=count)


async def _of(call: Call, said: Expression) -> list[Application]:
    """Return the applications of which ``said`` is true."""
    applications = call.door.ports.applications
    match said:
        case Every(parts):
            kept = [await _of(call, one) for one in parts]
            ids = set.intersection(*({one.id for one in found} for found in kept))
            return [one for one in kept[0] if one.id in ids]
        case Either(parts):
            every = {one.id: one for part in parts for one in await _of(call, part)}
            return list(every.values())
        case Compare("displayName", "eq", str(name)):
            return list(await applications.called(name, most=MOST))
        case Match("startswith", "displayName", name):
            return list(await applications.beginning(name, most=MOST))
        case Compare("id" | "appId", "eq", str(id_)):
            found = await applications.by_any_id(id_.lower())
            return [found] if found else []
        case AnyItem(field, Compare("", "eq", str(uri))) if field in NAMES:
            found = await applications.by_uri(uri) or await applications.by_any_id(uri.lower())
            return [found] if found else []
        case _:
            raise UnsupportedQueryError(SERVED)
