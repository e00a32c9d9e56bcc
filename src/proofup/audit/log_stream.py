"""The log as a stream for another system: entries in their order, each sent at least once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec
from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.audit.events.catalogue import OF_SIGN_INS

ID_LETTERS = 32  # of the digest: it differs even between entries of two restored copies


class Streamed(Struct, frozen=True):
    """An entry with its number and its digest in the chain."""

    sequence: int
    digest: str
    entry: Entry


class Behind(Struct, frozen=True):
    """How many entries wait to be sent, and when the oldest of them was written."""

    waiting: int
    oldest_at: datetime | None


class LogStreams(Protocol):
    """Keeps for each stream, by its name, how far it has come."""

    async def is_due(self, name: str) -> bool:
        """Tell whether there may be entries to send; a small read."""
        ...

    async def take(
        self, name: str, holder: str, *, most: int, lease: timedelta, at: datetime
    ) -> Sequence[Streamed]:
        """Return up to ``most`` entries that come next, for ``holder`` alone until the lease ends.

        None are returned while another holder has the lease. A new stream begins at the newest
        entry there is.
        """
        ...

    async def sent(self, name: str, holder: str, sequence: int) -> None:
        """Note that entries up to ``sequence`` were taken, if ``holder`` still has the lease."""
        ...

    async def behind(self, name: str) -> Behind | None:
        """Return how far the stream is behind the log; None if it never began."""
        ...


class _Line(Struct, frozen=True, kw_only=True, rename="camel"):
    """The fields of a line; ``docs/operators/audit-log.md`` explains each."""

    id: str
    sequence: int
    date_time: datetime
    kind: Literal["signIn", "audit"]
    event: str
    succeeded: bool
    actor: str
    target: str | None
    network: str | None
    correlation_id: str
    reference: str
    details: Mapping[str, str]


def json_line(one: Streamed) -> bytes:
    """Return the entry as one line of JSON, with its end."""
    entry = one.entry
    short = entry.correlation_id[:8].upper()
    line = _Line(
        id=one.digest[:ID_LETTERS],
        sequence=one.sequence,
        date_time=entry.at,
        kind="signIn" if entry.event.word in OF_SIGN_INS else "audit",
        event=entry.event.word,
        succeeded=entry.succeeded,
        actor=entry.actor,
        target=entry.target,
        network=entry.network,
        correlation_id=entry.correlation_id,
        reference=f"{short[:4]}-{short[4:]}",
        details=entry.event.facts,
    )
    return msgspec.json.encode(line) + b"\n"
