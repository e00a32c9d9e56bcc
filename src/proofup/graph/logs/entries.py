"""Reading the log for a call: what is asked for, and a page of entries, newest first."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.audit.events import challenges, sign_ins
from proofup.audit.events.catalogue import EVENTS
from proofup.audit.log import Wanted
from proofup.directory.users import User
from proofup.graph.answers import Answer, Resource, collection, narrowed
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.odata.errors import QueryError, UnsupportedQueryError
from proofup.graph.odata.expressions import Compare, Every
from proofup.graph.odata.filters import read_filter
from proofup.values.clock import to_microseconds
from proofup.values.ids import UserId

PAGE = MOST = 1000
MOST_UNDER_ID = 200
MOST_DIGITS = 18
OF_SIGN_INS = frozenset(
    word for word, event in EVENTS.items() if event.__module__ == sign_ins.__name__
)
OF_CHALLENGES = frozenset(
    word for word, event in EVENTS.items() if event.__module__ == challenges.__name__
)


class Asked(Struct, frozen=True, kw_only=True):
    """What a filter asks for; None asks for nothing."""

    target: UserId | None = None
    correlation: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def has(self, entry: Entry) -> bool:
        """Tell whether the entry is of the time that is asked for."""
        early = self.since is not None and entry.at < self.since
        return not early and (self.until is None or entry.at <= self.until)


def entry_id(entry: Entry) -> str:
    """Return an id by which an entry is found again."""
    return f"{entry.correlation_id}_{to_microseconds(entry.at)}_{entry.event.word}"


async def asked_for(call: Call, *, time: str, user: Collection[str]) -> Asked:
    """Return what the filter asks for, where ``time`` and ``user`` are the names of its fields.

    Raises UnsupportedQueryError for anything else.
    """
    if call.options.filter is None:
        return Asked()
    said = read_filter(call.options.filter)
    found: dict[str, object] = {}
    for part in said.parts if isinstance(said, Every) else (said,):
        match part:
            case Compare(field, "eq", str(value)) if field in user:
                found["target"] = UserId(value.lower())
            case Compare("userPrincipalName", "eq", str(value)) if "userId" in user:
                person = await call.door.ports.room.people.by_name(value.lower())
                found["target"] = person.user.id if person else UserId("")
            case Compare("correlationId", "eq", str(value)):
                found["correlation"] = value.lower()
            case Compare(field, "ge" | "gt", str(value)) if field == time:
                found["since"] = _instant(value)
            case Compare(field, "le" | "lt", str(value)) if field == time:
                found["until"] = _instant(value)
            case _:
                message = f"$filter is served by {', '.join(sorted(user))}, correlationId, {time}."
                raise UnsupportedQueryError(message)
    return Asked(**found)  # type: ignore[arg-type]


async def page(
    call: Call,
    asked: Asked,
    words: frozenset[str],
    shown: Callable[[Entry, Mapping[UserId, User]], Resource],
    context: str,
) -> Answer:
    """Return a page of the entries of ``words``."""
    options = call.options
    options.refuse("search", "skip", "expand", "count")
    most = PAGE if options.top is None else options.top
    if not 0 < most <= MOST:
        message = f"Invalid page size specified: '{most}'. Must be between 1 and {MOST}."
        raise bad_request(message)
    wanted = Wanted(target=asked.target, correlation=asked.correlation, words=words)
    found = await call.door.log.page(wanted, before=_before(options.token), most=most)
    entries = [one for one in found.entries if asked.has(one)]
    users = await users_of(call, entries)
    oldest = found.entries[-1].at if found.entries else None
    is_over = asked.since is not None and oldest is not None and oldest < asked.since
    has_more = found.before is not None and not is_over
    return collection(
        call.metadata(context),
        [narrowed(shown(one, users), options.select) for one in entries],
        following=call.following(str(found.before)) if has_more else None,
    )


async def one_called(call: Call, named: str, words: frozenset[str]) -> Entry | None:
    """Return the entry whose id is ``named``."""
    correlation = named.partition("_")[0]
    entries = await call.door.activity.of_sign_in(correlation, most=MOST_UNDER_ID)
    able = (one for one in entries if one.event.word in words and entry_id(one) == named)
    return next(able, None)


async def users_of(call: Call, entries: Sequence[Entry]) -> Mapping[UserId, User]:
    """Return the users whom ``entries`` are about or by whom they were made."""
    ids = {one.target for one in entries if one.target} | {UserId(one.actor) for one in entries}
    found = [await call.door.ports.room.people.by_id(one) for one in sorted(ids)]
    return {one.user.id: one.user for one in found if one is not None}


def _before(token: str | None) -> int | None:
    if token is None:
        return None
    if not (token.isascii() and token.isdecimal() and len(token) <= MOST_DIGITS):
        raise QueryError("The page token is not one of this service.")
    return int(token)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise QueryError("Invalid date in the filter.") from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
