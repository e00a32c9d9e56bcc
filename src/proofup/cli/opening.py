"""Opens settings, key and store for a command, and makes the host its actor."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from proofup.administration.planned import Planned, carry_out
from proofup.administration.ports import Ports
from proofup.administration.target import target_called
from proofup.assembly.challenges import challenge_room
from proofup.assembly.checkpoint import checkpoint_file, note
from proofup.assembly.flows import administration_ports
from proofup.assembly.hashing import password_hashing
from proofup.assembly.storage import open_storage
from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.challenges.room import Room
from proofup.cli.output import RefusedError
from proofup.config.reading import read_settings
from proofup.config.settings import Settings
from proofup.hashing.common_passwords import CommonPasswordTable
from proofup.hashing.pool import Argon2idPool
from proofup.policy.actor import HOST, Actor, host
from proofup.policy.target import Target
from proofup.storage.store import Store
from proofup.values.errors import UnknownUserError
from proofup.values.ids import CorrelationId, random_id
from proofup.values.secret import Secret

T = TypeVar("T")

LONGEST_LINE = 4096  # bytes of standard input


class Opened(Struct, frozen=True, kw_only=True):
    """The open service of a command; with one instant and one correlation id for the whole run."""

    settings: Settings
    store: Store
    room: Room
    hashing: Argon2idPool
    acts: Ports
    at: datetime
    correlation_id: CorrelationId

    def actor(self, command: str, reason: str | None = None) -> Actor:
        """Return the host as the actor of ``command``, for a checked ``reason``."""
        return replace(host(command, self.correlation_id), reason=reason)

    async def target(self, name: str) -> Target:
        """Return the person with this user name or id. Raises RefusedError if there is none."""
        try:
            return await target_called(self.acts, name, at=self.at)
        except UnknownUserError as error:
            problem = f"nobody here is called {name!r}."
            raise RefusedError("NAME", problem, "Mind the spelling.") from error

    async def carry_out(self, act: Planned[T]) -> T:
        """Write the changes of ``act``, and return its result."""
        return await carry_out(self.acts, act)

    def entry(self, event: Event) -> Entry:
        """Return an audit entry of maintenance: its actor is the host, and it has no target."""
        return Entry(
            at=self.at,
            event=event,
            actor=HOST,
            target=None,
            succeeded=True,
            correlation_id=self.correlation_id,
        )


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Opened]:
    """Open the service in ``folder`` for one command."""
    settings = read_settings(folder, os.environ)
    async with opened_with(settings) as found:
        yield found


@asynccontextmanager
async def opened_with(settings: Settings, *, restoring: bool = False) -> AsyncIterator[Opened]:
    """Open the service that ``settings`` describe for one command; see ``assembly.storage``.

    Where the command has not failed, its entries are in the checkpoint afterwards.
    """
    store = await open_storage(settings, entropy=os.urandom, restoring=restoring)
    hashing = password_hashing(settings, store.keys, entropy=os.urandom)
    room = challenge_room(settings, store, stretching=hashing, entropy=os.urandom)
    try:
        yield Opened(
            settings=settings,
            store=store,
            room=room,
            hashing=hashing,
            acts=administration_ports(settings, store, room, hashing, common=CommonPasswordTable()),
            at=datetime.now(UTC),
            correlation_id=CorrelationId(random_id(os.urandom)),
        )
        if file := checkpoint_file(settings):
            await note(store, file)
    finally:
        hashing.close()
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
