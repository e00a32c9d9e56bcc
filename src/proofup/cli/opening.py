"""Opens what a command needs: settings, key, store; and makes the entry of what it did."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from proofup.assembly.challenges import challenge_room
from proofup.assembly.hashing import password_hashing
from proofup.assembly.storage import open_storage
from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.challenges.room import Room
from proofup.cli.output import RefusedError
from proofup.config.reading import read_settings
from proofup.config.settings import Settings
from proofup.hashing.pool import Argon2idPool
from proofup.methods.catalogue import Catalogue
from proofup.notices.notifying import Notifier
from proofup.storage.store import Store
from proofup.values.ids import CorrelationId, UserId, random_id
from proofup.values.secret import Secret

ACTOR = "host"  # whoever may run commands as the service's own user
LONGEST_LINE = 4096  # bytes of standard input


class Opened(Struct, frozen=True, kw_only=True):
    """An open service as commands see it; one instant and one correlation id for a whole run."""

    settings: Settings
    store: Store
    room: Room
    at: datetime
    correlation_id: CorrelationId

    def entry(self, event: Event, target: UserId | None) -> Entry:
        """Return the audit entry of what a command did."""
        return Entry(
            at=self.at,
            event=event,
            actor=ACTOR,
            target=target,
            succeeded=True,
            correlation_id=self.correlation_id,
        )

    def counter_key(self, limit: str, *whom: str) -> str:
        """Return under which key tries of somebody are counted."""
        return self.room.counter_key(limit, *whom)

    def catalogue(self) -> Catalogue:
        """Return the verification methods of this service."""
        return self.room.catalogue

    def notifier(self) -> Notifier:
        """Return what tells people of what is done to their accounts."""
        return self.room.notifier

    def hashing(self) -> Argon2idPool:
        """Return a pool for passwords; the caller closes it."""
        return password_hashing(self.settings, self.store.keys, entropy=os.urandom)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Opened]:
    """Open the service in ``folder`` for one command."""
    settings = read_settings(folder, os.environ)
    async with opened_with(settings) as found:
        yield found


@asynccontextmanager
async def opened_with(settings: Settings, *, restoring: bool = False) -> AsyncIterator[Opened]:
    """Open the service that ``settings`` describe for one command; see ``assembly.storage``."""
    store = await open_storage(settings, entropy=os.urandom, restoring=restoring)
    try:
        yield Opened(
            settings=settings,
            store=store,
            room=challenge_room(settings, store, entropy=os.urandom),
            at=datetime.now(UTC),
            correlation_id=CorrelationId(random_id(os.urandom)),
        )
    finally:
        await store.close()


def password_of_stdin() -> Secret[str]:
    """Return the first line of standard input. Raises RefusedError."""
    line = sys.stdin.buffer.readline(LONGEST_LINE).rstrip(b"\r\n")
    try:
        password = line.decode()
    except UnicodeDecodeError as error:
        raise RefusedError("password", "is not in UTF-8.") from error
    if not password:
        raise RefusedError("password", "is empty.", "Write it on standard input, in one line.")
    return Secret(password)
