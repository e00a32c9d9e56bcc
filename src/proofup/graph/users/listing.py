"""``GET /users``: filtered or searched, ordered by name, a page at a time."""

from proofup.directory.listing import Place
from proofup.graph.answers import Answer, collection, counted
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.filters import read_filter
from proofup.graph.odata.searching import read_search
from proofup.graph.page_tokens import place_of, token_of
from proofup.graph.targets import check_may
from proofup.graph.users.filters import (
    EVERYBODY,
    Alternatives,
    everybody_found,
    everybody_of,
)
from proofup.graph.users.guest_states import seen
from proofup.graph.users.profile import check_known
from proofup.policy.permissions import Permission

PAGE, MOST = 100, 999
ORDERS = {"displayName": True, "userPrincipalName": False}
NEEDS_HEADER = (
    "Request with $search query parameter only works through MSGraph with a special request "
    "header: 'ConsistencyLevel: eventual'"
)


def page_size(call: Call) -> int:
    """Return how many items a page has. Raises CallRefusedError for a number out of bounds."""
    top = call.options.top
    if top is not None and not 0 < top <= MOST:
        message = f"Invalid page size specified: '{top}'. Must be between 1 and {MOST}."
        raise bad_request(message)
    return top or PAGE


async def list_users(call: Call) -> Answer:
    """Return a page of users."""
    check_may(call, Permission.READ_USERS)
    options = call.options
    options.refuse("skip", "expand", "deltatoken")
    most = page_size(call)
    names, wanted = check_known(options.select), _wanted(call)
    found = await call.door.users.page(
        wanted,
        by_display_name=_by_display_name(call),
        after=place_of(options.token, Place) if options.token else None,
        most=most,
    )
    is_counted = options.count and call.is_eventual and options.token is None
    return collection(
        call.metadata("users"),
        await seen(call, found.people, names),
        following=call.following(token_of(found.after)) if found.after else None,
        count=await call.door.users.count(wanted) if is_counted else None,
    )


async def count_users(call: Call) -> Answer:
    """Return how many users there are, or match."""
    check_may(call, Permission.READ_USERS)
    if not call.is_eventual:
        raise bad_request("$count is not currently supported.")
    return counted(await call.door.users.count(_wanted(call)))


def _wanted(call: Call) -> Alternatives:
    options = call.options
    if options.filter is not None and options.search is not None:
        raise UnsupportedQueryError("$filter and $search cannot be used together here.")
    if options.search is not None:
        if not call.is_eventual:
            raise UnsupportedQueryError(NEEDS_HEADER)
        return everybody_found(read_search(options.search))
    if options.filter is None:
        return EVERYBODY
    advanced = call.is_eventual and (options.count or call.path.rstrip("/").endswith("$count"))
    if options.order and not advanced:
        message = "Sorting with $filter needs 'ConsistencyLevel: eventual' and '$count=true'."
        raise UnsupportedQueryError(message)
    return everybody_of(read_filter(options.filter), advanced=advanced)


def _by_display_name(call: Call) -> bool:
    """Return which name the list is ordered by: without $orderby the user name."""
    if not call.options.order:
        return False
    (order, *more) = call.options.order
    if more or order.is_descending or order.field not in ORDERS:
        raise UnsupportedQueryError("Sorting is served by displayName or userPrincipalName, asc.")
    return ORDERS[order.field]
