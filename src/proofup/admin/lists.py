"""Lists of people who lack a method: a page of one, and the same as a file."""

import csv
import io
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.administration.people_lacking import (
    COLUMNS,
    everybody_lacking,
    list_people,
    row_of,
)
from proofup.administration.planned import carry_out
from proofup.pages.page_context import context_of
from proofup.policy.actor import Actor
from proofup.policy.may_act import check_fresh
from proofup.policy.permissions import Permission
from proofup.values.csv_cells import csv_cell

MOST = 50
MOST_EXPORTED = 100_000
LONGEST = 256


async def listed(
    door: Door,
    request: Request,
    slots: Sequence[str],
    asked: Sequence[tuple[str, str]],
    *,
    excluded: Collection[str] = (),
    only_restricted: bool = False,
) -> dict[str, Any]:
    """Return a page of the list with its ways to go on; ``asked`` are fields of the address."""
    after = request.query_params.get("after", "")[:LONGEST] or None
    page = await door.ports.lacking.page(
        slots, excluded=excluded, only_restricted=only_restricted, after=after, most=MOST
    )
    following = urlencode([*asked, ("after", page.after)]) if page.after else None
    return {
        "people": page.people,
        "is_first": after is None,
        "start": f"?{urlencode(asked)}" if asked else "",
        "following": f"?{following}" if following else None,
    }


async def as_file(
    door: Door,
    request: Request,
    actor: Actor,
    slots: Sequence[str],
    list_of: str,
    *,
    excluded: Collection[str] = (),
    only_restricted: bool = False,
) -> Response:
    """Return the list as CSV, and record that it was written. Raises NotFreshError."""
    at = context_of(request.scope).at
    check_fresh(actor, Permission.EXPORT_USERS, at=at)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    people = 0
    async for person in everybody_lacking(
        door.ports, slots, excluded=excluded, only_restricted=only_restricted
    ):
        writer.writerow([csv_cell(value) for value in row_of(person)])
        people += 1
        if people == MOST_EXPORTED:
            break
    act = list_people(actor, list_of=list_of, people=people, at=at)
    await carry_out(door.ports, act)
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{list_of}.csv"'},
    )
