"""The people of jobs: a row for each, with what became of them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from proofup.administration.job import (
    KEPT,
    AddItems,
    Because,
    CheckItem,
    Item,
    ItemSettledError,
    ItemState,
    Job,
    JobId,
    NoteItem,
    SettleItem,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes, WritesMany
from proofup.storage.statements import (
    ROWS_AT_ONCE,
    Row,
    Steps,
    Value,
    rows,
    rows_in_parts,
    rows_of_many,
    touched,
)
from proofup.values.clock import to_microseconds
from proofup.values.ids import UserId

COLUMNS = "number, name, user_id, state, lines, because"
ITEMS_AFTER = (
    f"SELECT {COLUMNS} FROM job_items WHERE job_id = ? AND state = ? AND number > ? "
    "ORDER BY number LIMIT ?"
)
ALL_AFTER = (
    f"SELECT {COLUMNS} FROM job_items WHERE job_id = ? AND number > ? ORDER BY number LIMIT ?"
)
COUNTS = "SELECT state, COUNT(*) FROM job_items WHERE job_id = ? GROUP BY state"
ADD_ITEMS = (
    f"INSERT INTO job_items (job_id, expires_at, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (job_id, user_id) DO NOTHING RETURNING number"
)
SETTLE_ITEM = (
    "UPDATE job_items SET state = ?, lines = ?, because = ? "
    "WHERE job_id = ? AND number = ? AND state = ?"
)
CHECK_ITEM = (
    "UPDATE job_items SET user_id = ?, state = ?, lines = ?, because = ? "
    "WHERE job_id = ? AND number = ? AND state = 'waiting' AND NOT EXISTS "
    "(SELECT 1 FROM job_items o WHERE o.job_id = ? AND o.user_id = ? AND o.number <> ?)"
)
# The rows are there, so each of them is a conflict; the user is left out, as it stays.
SETTLE_WAITING = (
    "INSERT INTO job_items (job_id, number, state, lines, because, name, expires_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job_id, number) DO UPDATE SET "
    "state = excluded.state, lines = excluded.lines, because = excluded.because "
    "WHERE job_items.state = 'waiting' RETURNING number"
)
NOTE_ITEM = "UPDATE job_items SET because = ? WHERE job_id = ? AND number = ? AND state = 'done'"

_lines = msgspec.json.Decoder(tuple[str, ...])


class JobItemRows(Aggregate, frozen=True):
    """The port ``Items``, and the changes of items."""

    expiry: ClassVar[Expiry | None] = Expiry(table="job_items", key="job_id, number")

    async def page(
        self, job_id: JobId, state: ItemState, *, after: int, most: int
    ) -> Sequence[Item]:
        """Return up to ``most`` items in ``state``, in order, from behind the number ``after``."""
        found = await self.engine.rows(ITEMS_AFTER, job_id, state, after, most)
        return [_item_of(one) for one in found]

    async def all(self, job_id: JobId, *, after: int, most: int) -> Sequence[Item]:
        """Return up to ``most`` items in any state, in order, from behind the number ``after``."""
        return [_item_of(one) for one in await self.engine.rows(ALL_AFTER, job_id, after, most)]

    async def counts(self, job_id: JobId) -> Mapping[ItemState, int]:
        """Return how many items are in each state."""
        found = await self.engine.read_long(partial(rows, COUNTS, job_id))
        return dict.fromkeys(ItemState, 0) | {ItemState(state): count for state, count in found}

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            AddItems: self.add,
            SettleItem: self.settle,
            CheckItem: self.check,
            NoteItem: self.note,
        }

    @property
    def writes_many(self) -> WritesMany:
        """How many items are settled together."""
        return {SettleItem: self.settle_many}

    def add(self, change: AddItems) -> Steps[None]:
        """Store items; whoever is in the job already fails."""
        for start in range(0, len(change.items), ROWS_AT_ONCE):
            some = change.items[start : start + ROWS_AT_ONCE]
            stored = yield from rows_of_many(ADD_ITEMS, [_row(change.job, one) for one in some])
            numbers = {number for (number,) in stored}
            for one in some:
                if one.number not in numbers:
                    twice = replace(
                        one, user_id=None, state=ItemState.FAILED, because=Because.TWICE
                    )
                    yield from rows_of_many(ADD_ITEMS, [_row(change.job, twice)])

    def settle(self, change: SettleItem) -> Steps[None]:
        """Store what became of an item, unless another run was faster."""
        new = change.item
        lines = msgspec.json.encode(new.lines).decode()
        if not (
            yield from touched(
                SETTLE_ITEM, new.state, lines, new.because, change.job_id, new.number, change.was
            )
        ):
            raise ItemSettledError

    def settle_many(self, changes: Sequence[SettleItem]) -> Steps[None]:
        """Store what became of items that waited, unless another run was faster with one."""
        for one in changes:
            if one.was is not ItemState.WAITING:
                yield from self.settle(one)
        waited = [_settled(one) for one in changes if one.was is ItemState.WAITING]
        if len((yield from rows_in_parts(SETTLE_WAITING, waited))) < len(waited):
            raise ItemSettledError

    def check(self, change: CheckItem) -> Steps[None]:
        """Store what would become of an item that waits; somebody who is there twice fails."""
        if not (yield from self._checked(change.job_id, change.item)):
            twice = replace(
                change.item,
                user_id=None,
                state=ItemState.FAILED,
                lines=(),
                because=Because.TWICE,
            )
            yield from self._checked(change.job_id, twice)

    def note(self, change: NoteItem) -> Steps[None]:
        """Store why an item could not be undone."""
        yield from touched(NOTE_ITEM, change.because, change.job_id, change.number)

    def _checked(self, job_id: JobId, item: Item) -> Steps[int]:
        return (
            yield from touched(
                CHECK_ITEM,
                item.user_id,
                item.state,
                msgspec.json.encode(item.lines).decode(),
                item.because,
                job_id,
                item.number,
                job_id,
                item.user_id,
                item.number,
            )
        )


def _settled(change: SettleItem) -> tuple[Value, ...]:
    new = change.item
    lines = msgspec.json.encode(new.lines).decode()
    return (change.job_id, new.number, new.state, lines, new.because, new.name, 0)


def _row(job: Job, item: Item) -> tuple[Value, ...]:
    return (
        job.id,
        to_microseconds(job.started_at + KEPT),
        item.number,
        item.name,
        item.user_id,
        item.state,
        msgspec.json.encode(item.lines).decode(),
        item.because,
    )


def _item_of(columns: Row) -> Item:
    number, name, user_id, state, lines, because = columns
    return Item(
        number=number,
        name=name,
        user_id=None if user_id is None else UserId(user_id),
        state=ItemState(state),
        lines=_lines.decode(lines),
        because=None if because is None else Because(because),
    )
