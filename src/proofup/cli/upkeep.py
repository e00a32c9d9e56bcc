"""Background tasks of a server: deleting expired rows, loading new keys, logging checkpoints.

A checkpoint is a log line with the number and digest of the newest audit entry. The digest is
keyed, so it cannot be forged without the key. The process log is stored apart from the database, so
``proofup audit verify`` can detect entries that were cut off the end.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from proofup.assembly.checkpoint import note
from proofup.audit.chain import Link
from proofup.challenges.room import Room
from proofup.challenges.spending import raise_alarms
from proofup.config.key_file import read_key
from proofup.storage.audit_log import AuditRows
from proofup.storage.cleanup import Cleanup
from proofup.storage.store import Store
from proofup.values.clock import Clock
from proofup.values.errors import ProofupError

log = logging.getLogger(__name__)

CLEANING_PAUSE = timedelta(minutes=5)
LOOKING_PAUSE = timedelta(seconds=15)
KEYS_PAUSE = timedelta(seconds=1)
SKEW = timedelta(seconds=30)  # tolerated between the clocks of nodes
CHECKPOINT_AFTER = timedelta(minutes=5)
CHECKPOINT_ENTRIES = 1000


async def clean(cleanup: Cleanup, clock: Clock) -> None:
    """Delete expired rows, in an endless loop."""
    while True:
        await asyncio.sleep(CLEANING_PAUSE.total_seconds())
        try:
            await cleanup(clock())
        except ProofupError as error:  # the next round does it
            log.warning("cleanup did not finish: %s", type(error).__name__)


async def tell_of_budgets(room: Room, clock: Clock) -> None:
    """Warn of each budget that is nearly used up, in an endless loop."""
    while True:
        await asyncio.sleep(LOOKING_PAUSE.total_seconds())
        await look_at_budgets(room, clock)


async def look_at_budgets(room: Room, clock: Clock) -> None:
    """Warn of each budget that is nearly used up, once in each window."""
    try:
        near = await raise_alarms(room, at=clock())
    except ProofupError as error:  # the next round does it
        log.warning("budgets cannot be looked at: %s", type(error).__name__)
        return
    for use in near:
        log.warning(
            "a budget is nearly spent", extra={"budget": use.budget, "percent": use.percent}
        )


async def keep_checkpoint(store: Store, file: Path) -> None:
    """Write down how far the audit log is, for ever; see ``assembly.checkpoint``."""
    while True:
        await note(store, file)
        await asyncio.sleep(LOOKING_PAUSE.total_seconds())


class Checkpoints:
    """Logs checkpoints of the audit log: at once, then after many entries or some minutes."""

    def __init__(self, audit: AuditRows, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock
        self._said: Link | None = None
        self._said_at: datetime | None = None

    async def keep(self) -> None:
        """Log checkpoints, in an endless loop."""
        while True:
            try:
                await self.look()
            except ProofupError as error:  # the next round does it
                log.warning("no audit checkpoint: %s", type(error).__name__)
            await asyncio.sleep(LOOKING_PAUSE.total_seconds())

    async def look(self) -> None:
        """Log a checkpoint if one is due."""
        at, head = self._clock(), await self._audit.head()
        if head is not None and self._is_due(head, at):
            log.info("audit checkpoint %d:%s", head.sequence, head.digest)
            self._said, self._said_at = head, at

    def _is_due(self, head: Link, at: datetime) -> bool:
        if self._said is None or self._said_at is None:
            return True
        new = head.sequence - self._said.sequence
        return new >= CHECKPOINT_ENTRIES or (new > 0 and at >= self._said_at + CHECKPOINT_AFTER)


class ClockWatch:
    """Notices that the clock of this host was set, by comparing it with the monotonic clock.

    Codes of apps, pauses and sessions depend on the host's clock. A jump never makes a used code
    good again, but people may be refused until it is right.
    """

    def __init__(self, clock: Clock, seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds = seconds
        self._offset = self._measured()

    async def keep(self) -> None:
        """Look, for ever."""
        while True:
            await asyncio.sleep(LOOKING_PAUSE.total_seconds())
            self.look()

    def look(self) -> None:
        """Log by how much the clock has jumped since the last look, if it has."""
        offset = self._measured()
        jump, self._offset = offset - self._offset, offset
        if abs(jump) > SKEW.total_seconds():
            log.error("the clock of this host jumped", extra={"seconds": round(jump)})

    def _measured(self) -> float:
        return self._clock().timestamp() - self._seconds()


class KeyWatch:
    """Loads keys that a command has changed.

    ``rotate-keys`` waits some seconds before a new key is used, so each node has it by then. A look
    costs one small read.
    """

    def __init__(self, store: Store, key_file: Path) -> None:
        self._store = store
        self._key_file = key_file
        self._failed = False

    async def keep(self) -> None:
        """Look, for ever."""
        while True:
            await asyncio.sleep(KEYS_PAUSE.total_seconds())
            await self.look()

    async def look(self) -> None:
        """Load new keys; log the first failure, and the first success after it."""
        try:
            if await self._store.data_keys.renew(self._store.keys, self._key):
                log.info("keys were changed, and are known")
            self._failed = False
        except ProofupError as error:
            if not self._failed:
                log.error("keys cannot be looked at: %s", type(error).__name__)  # noqa: TRY400 - it is one line, not a fault
            self._failed = True

    def _key(self) -> bytes:
        return read_key(self._key_file).reveal()
