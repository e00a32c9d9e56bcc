"""Lists that are read whole, because they are short: filtered, searched, ordered, in pages."""

from collections.abc import Sequence

from proofup.graph.answers import Answer, Resource, collection, counted, narrowed
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.filters import read_filter
from proofup.graph.odata.matching import check_served, found_by, holds
from proofup.graph.odata.searching import read_search
from proofup.graph.page_tokens import place_of, token_of
from proofup.values.names import folded_name

FIELDS = (
    *("id", "displayName", "description", "mailEnabled", "mailNickname", "securityEnabled"),
    *("groupTypes", "isAssignableToRole", "roleTemplateId", "templateId", "isBuiltIn"),
    *("isEnabled",),
)
SEARCHED = ("displayName", "description")
NOT_COUNTED = "$count is not currently supported."
ADVANCED = (
    "The query needs the header 'ConsistencyLevel: eventual', with $filter or $orderby also "
    "'$count=true'."
)


def listed(
    call: Call, context: str, items: Sequence[Resource], *, needs_header: bool = True
) -> Answer:
    """Return a page of those of ``items`` that are asked for; without ``$top`` all of them.

    Some collections are filtered and ordered without the header of advanced queries.
    """
    options = call.options
    options.refuse("skip", "expand", "deltatoken")
    if needs_header and (options.filter is not None or options.order):
        check_advanced(call)
    wanted = _ordered(call, _wanted(call, items))
    after = place_of(options.token, str) if options.token else None
    ids = [str(one["id"]) for one in wanted]
    begins = ids.index(after) + 1 if after in ids else 0
    ends = begins + (options.top or len(wanted))
    shown = [narrowed(one, options.select) for one in wanted[begins:ends]]
    more = call.following(token_of(ids[ends - 1])) if ends < len(wanted) else None
    count = len(wanted) if options.count and call.is_eventual else None
    return collection(call.metadata(context), shown, following=more, count=count)


def count_of(call: Call, items: Sequence[Resource]) -> Answer:
    """Return how many of ``items`` are asked for."""
    check_counted(call)
    return counted(len(_wanted(call, items)))


def check_advanced(call: Call) -> None:
    """Refuse what Graph does only as an advanced query. Raises UnsupportedQueryError."""
    if not (call.is_eventual and call.options.count):
        raise UnsupportedQueryError(ADVANCED)


def check_counted(call: Call) -> None:
    """Refuse to count without the header that Graph demands for it. Raises CallRefusedError."""
    if not call.is_eventual:
        raise bad_request(NOT_COUNTED)


def _wanted(call: Call, items: Sequence[Resource]) -> Sequence[Resource]:
    options = call.options
    if options.search is not None:
        if not call.is_eventual:
            raise UnsupportedQueryError(ADVANCED)
        terms = read_search(options.search)
        if any(one.field not in SEARCHED for together in terms for one in together):
            message = f"$search is served by {' and '.join(SEARCHED)}."
            raise UnsupportedQueryError(message)
        items = [one for one in items if found_by(terms, one)]
    if options.filter is not None:
        said = read_filter(options.filter)
        check_served(said, FIELDS)
        items = [one for one in items if holds(said, one)]
    return items


def _ordered(call: Call, items: Sequence[Resource]) -> Sequence[Resource]:
    """Return ``items`` by id, or as ``$orderby`` says."""
    by_id = sorted(items, key=lambda one: str(one["id"]))
    if not call.options.order:
        return by_id
    (order, *more) = call.options.order
    if more or order.field != "displayName":
        raise UnsupportedQueryError("Sorting is served by displayName.")
    named = {one["id"]: folded_name(str(one.get("displayName") or "")) for one in by_id}
    return sorted(by_id, key=lambda one: named[one["id"]], reverse=order.is_descending)
