"""The port for measuring: wraps parts of the service. By default nothing is measured."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from proofup.challenges.room import Room
from proofup.delivery.carriers import Carrier
from proofup.hashing.pool import Argon2idPool
from proofup.policy.limits import Counters
from proofup.storage.engine import Engine
from proofup.values.changes import Commit
from proofup.values.clock import Clock
from proofup.web.mount import Mount
from proofup.web.request_log import NoteRequest

C = TypeVar("C", bound=Carrier[Any])


class Watch(Protocol):
    """Wraps the parts of a service and counts their calls."""

    @property
    def note_request(self) -> NoteRequest | None:
        """Called for each request that ended, unless None."""
        ...

    def commit(self, commit: Commit) -> Commit:
        """Return ``commit``, watched."""
        ...

    def counters(self, counters: Counters) -> Counters:
        """Return ``counters``, watched."""
        ...

    def carrier(self, kind: str, name: str, carrier: C) -> Carrier[Any]:
        """Return ``carrier`` of this name for messages of ``kind``, watched."""
        ...

    def doors(
        self, room: Room, engine: Engine, hashing: Argon2idPool, clock: Clock
    ) -> Sequence[Mount]:
        """Return the door at which the figures are read, if any."""
        ...


class Unwatched(Struct, frozen=True):
    """Watches nothing."""

    note_request: NoteRequest | None = None

    def commit(self, commit: Commit) -> Commit:
        """Return ``commit`` as it is."""
        return commit

    def counters(self, counters: Counters) -> Counters:
        """Return ``counters`` as they are."""
        return counters

    def carrier(self, _kind: str, _name: str, carrier: C) -> Carrier[Any]:
        """Return ``carrier`` as it is."""
        return carrier

    def doors(self, *_: object) -> Sequence[Mount]:
        """Return no door."""
        return ()


UNWATCHED = Unwatched()
