"""The chain: each row carries HMAC(audit key, previous ‖ row), and a gapless number."""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.values.clock import to_microseconds
from proofup.values.sealing import keyed_digest

FIRST = "0" * 64  # the "previous digest" of the first row


class _Text(Struct, frozen=True):
    """The canonical form of an entry: fields in alphabetical order."""

    actor: str
    at: int
    correlation_id: str
    details: Mapping[str, str]
    event: str
    network: str | None
    succeeded: bool
    target: str | None


_json = msgspec.json.Encoder(order="deterministic")


class Link(Struct, frozen=True):
    """One row of the chain as stored: its number, its canonical text, its digest in hex."""

    sequence: int
    text: str
    digest: str


class Break(Struct, frozen=True):
    """The place where a chain is broken, and why."""

    sequence: int
    reason: str


def canonical_text(entry: Entry) -> str:
    """Return the canonical text of ``entry`` that is chained: JSON with sorted keys."""
    text = _Text(
        entry.actor,
        to_microseconds(entry.at),
        entry.correlation_id,
        entry.event.facts,
        entry.event.word,
        entry.network,
        entry.succeeded,
        entry.target,
    )
    return _json.encode(text).decode()


def next_link(sequence: int, previous: str, text: str, *, key: bytes) -> Link:
    """Return the link after number ``sequence`` with digest ``previous``."""
    digest = keyed_digest(key, str(sequence + 1), previous, text).hex()
    return Link(sequence + 1, text, digest)


def first_break(
    links: Iterable[Link], *, key: bytes, after: Link | None = None, head: Link | None = None
) -> Break | None:
    """Return the first break in the chain ``links``, or None.

    ``after`` is the link before the first of them. ``head`` is the last link that is known to
    exist, to detect rows that were cut off the end.
    """
    sequence, previous = (after.sequence, after.digest) if after else (0, FIRST)
    for link in links:
        if link.sequence != sequence + 1:
            return Break(sequence + 1, "missing")
        if next_link(sequence, previous, link.text, key=key).digest != link.digest:
            return Break(link.sequence, "changed")
        sequence, previous = link.sequence, link.digest
    if head and (sequence, previous) != (head.sequence, head.digest):
        return Break(sequence + 1, "cut off" if sequence < head.sequence else "head changed")
    return None
