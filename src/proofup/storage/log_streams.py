"""How far each stream of the log has come, and which process sends it now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from proofup.audit.log_stream import Behind, Streamed
from proofup.storage.aggregate import Aggregate
from proofup.storage.audit_log import entry_of
from proofup.storage.statements import Steps, row, rows, touched
from proofup.values.clock import to_microseconds

NOBODY = ""
HEAD_OF_LOG = "SELECT sequence FROM audit_head WHERE id = 1"
POSITION = "SELECT sequence FROM log_streams WHERE name = ?"
HOLD_STREAM = "SELECT sequence, holder, leased_until FROM log_streams WHERE name = ? FOR UPDATE"
ADD_STREAM = (
    "INSERT INTO log_streams (name, sequence, holder, leased_until) VALUES (?, ?, ?, 0) "
    "ON CONFLICT (name) DO NOTHING"
)
LEASE_STREAM = "UPDATE log_streams SET holder = ?, leased_until = ? WHERE name = ?"
MOVE_STREAM = "UPDATE log_streams SET sequence = ? WHERE name = ? AND holder = ?"
ENTRIES_AFTER = (
    "SELECT sequence, digest, text FROM audit_log WHERE sequence > ? ORDER BY sequence LIMIT ?"
)


class LogStreamRows(Aggregate, frozen=True):
    """The port ``LogStreams``."""

    async def is_due(self, name: str) -> bool:
        """Tell whether there may be entries to send; a small read."""
        ((head,),) = await self.engine.rows(HEAD_OF_LOG)
        found = await self.engine.rows(POSITION, name)
        return not found or found[0][0] != head

    async def take(
        self, name: str, holder: str, *, most: int, lease: timedelta, at: datetime
    ) -> Sequence[Streamed]:
        """Return up to ``most`` entries that come next, for ``holder`` alone until the lease ends.

        A standby that took over may lack the last entries that were sent; the stream then goes on
        from the newest that there is.
        """

        def steps() -> Steps[Sequence[Streamed]]:
            (head,) = (yield from row(HEAD_OF_LOG)) or (0,)
            held = yield from row(HOLD_STREAM, name)
            if held is None:
                yield from touched(ADD_STREAM, name, head, NOBODY)
                return []
            sequence, present, leased_until = held
            if present not in {NOBODY, holder} and leased_until > to_microseconds(at):
                return []
            yield from touched(LEASE_STREAM, holder, to_microseconds(at + lease), name)
            if sequence > head:
                yield from touched(MOVE_STREAM, head, name, holder)
            found = yield from rows(ENTRIES_AFTER, min(sequence, head), most)
            return [Streamed(number, digest, entry_of(text)) for number, digest, text in found]

        return await self.engine.write(steps)

    async def sent(self, name: str, holder: str, sequence: int) -> None:
        """Note that entries up to ``sequence`` were taken, if ``holder`` still has the lease."""
        await self.engine.write(lambda: touched(MOVE_STREAM, sequence, name, holder))

    async def behind(self, name: str) -> Behind | None:
        """Return how far the stream is behind the log; None if it never began."""
        ((head,),) = await self.engine.rows(HEAD_OF_LOG)
        found = await self.engine.rows(POSITION, name)
        if not found:
            return None
        waiting = await self.engine.rows(ENTRIES_AFTER, found[0][0], 1)
        oldest_at = entry_of(waiting[0][2]).at if waiting else None
        return Behind(max(head - found[0][0], 0), oldest_at)
