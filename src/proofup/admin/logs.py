"""`/admin/sign-ins` and `/admin/logs`: what happened, by what is asked for, and the same as CSV.

The log of sign-ins has a row for each step. The audit log has everything.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.admin.naming import users_called
from proofup.administration.reading_logs import BadLogQuestionError, LogQuestion, wanted_of
from proofup.audit.entry import Entry
from proofup.audit.events.catalogue import EVENTS, OF_SIGN_INS
from proofup.audit.events.service import LogExported
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act
from proofup.policy.permissions import FRESH_FOR_SERVICE, Permission
from proofup.policy.proofs import NotFreshError
from proofup.values.csv_cells import csv_cell

MOST = 50
MOST_EXPORTED = 10_000
LONGEST = 256
NUMBER = re.compile(r"[0-9]{1,18}")
FIELDS = LogQuestion.__struct_fields__
COLUMNS = (
    *("activityDateTime", "event", "succeeded", "actor", "target"),
    *("network", "correlationId", "details"),
)


class LogView(Struct, frozen=True, kw_only=True):
    """One of the two logs: its address, what may be read of it by whom, and its page."""

    address: str
    template: str
    words: frozenset[str]
    takes: tuple[Permission, ...]
    file: str

    @property
    def export_address(self) -> str:
        """Where the form for a file is sent."""
        return f"{self.address}/export"

    async def show(self, door: Door, request: Request, actor: Actor) -> Response:
        """Show a page of entries."""
        self._check(actor)
        query = request.query_params
        asked = {name: query.get(name, "")[:LONGEST].strip() for name in FIELDS}
        typed = query.get("before", "")
        before = int(typed) if NUMBER.fullmatch(typed) else None
        entries: Sequence[Entry] = ()
        following = problem = None
        try:
            wanted = await wanted_of(door.ports, LogQuestion(**asked), self.words)
            if wanted is not None:
                page = await door.log.page(wanted, before=before, most=MOST)
                entries, following = page.entries, page.before
        except BadLogQuestionError as error:
            problem = error.field
        told = {name: value for name, value in asked.items() if value}
        return door.page(
            request,
            actor,
            self.template,
            status=400 if problem else 200,
            entries=entries,
            users=await users_called(door, (one for entry in entries for one in _ids(entry))),
            asked=asked,
            problem=problem,
            words=sorted(self.words),
            kinds=door.ports.room.catalogue.kinds,
            is_first=before is None,
            following=f"?{urlencode({**told, 'before': following})}" if following else None,
        )

    async def to_list(self, _: Door, __: Request, ___: Actor) -> Response:
        """Begin anew: an export is asked for by its form."""
        return see_other(self.address)

    async def export(self, door: Door, request: Request, actor: Actor) -> Response:
        """Give the entries that are asked for as a file, and record it."""
        self._check(actor)
        form, at = await read_form(request), context_of(request.scope).at
        proven_at = actor.proofs.second_at
        if proven_at is None or at >= proven_at + FRESH_FOR_SERVICE:
            raise NotFreshError(self.takes[0], proven_at)
        asked = {name: form.optional(name, longest=LONGEST) or "" for name in FIELDS}
        try:
            entries = await self._all(door, LogQuestion(**asked))
        except BadLogQuestionError:
            return see_other(f"{self.address}?{urlencode(asked)}")
        await door.ports.room.commit(actor.entry(LogExported(entries=len(entries)), None, at=at))
        return Response(
            _csv(entries),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{self.file}"'},
        )

    async def _all(self, door: Door, question: LogQuestion) -> list[Entry]:
        wanted = await wanted_of(door.ports, question, self.words)
        entries: list[Entry] = []
        before: int | None = None
        while wanted is not None and len(entries) < MOST_EXPORTED:
            page = await door.log.page(wanted, before=before, most=MOST_EXPORTED - len(entries))
            entries += page.entries
            before = page.before
            if before is None:
                break
        return entries

    def _check(self, actor: Actor) -> None:
        if not any(may_act(actor, one) for one in self.takes):
            raise HTTPException(404)


def _ids(entry: Entry) -> tuple[str, ...]:
    return (entry.actor, entry.target) if entry.target else (entry.actor,)


def _csv(entries: Sequence[Entry]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for entry in entries:
        facts: Mapping[str, str] = entry.event.facts
        details = "; ".join(f"{name}={told}" for name, told in sorted(facts.items()))
        row = (
            *(entry.at.isoformat(), entry.event.word, entry.succeeded, entry.actor, entry.target),
            *(entry.network, entry.correlation_id, details),
        )
        writer.writerow([csv_cell(value) for value in row])
    return out.getvalue()


SIGN_INS = LogView(
    address="/admin/sign-ins",
    template="admin/sign_ins.html",
    words=OF_SIGN_INS,
    takes=(Permission.READ_SIGN_INS, Permission.READ_AUDIT_LOG),
    file="sign-ins.csv",
)
AUDIT = LogView(
    address="/admin/logs",
    template="admin/logs.html",
    words=frozenset(EVENTS),
    takes=(Permission.READ_AUDIT_LOG,),
    file="log.csv",
)
