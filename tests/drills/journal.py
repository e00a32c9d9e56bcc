"""The journal of a process that will be killed: it reports each act to its parent as it happens."""

import os
from collections.abc import Iterable
from enum import StrEnum

import msgspec


class State(StrEnum):
    BEGUN = "begun"  # must be there completely or not at all
    DONE = "done"  # was acknowledged: must be there
    REFUSED = "refused"  # the store said that nothing was written: must not be there
    UNKNOWN = "unknown"  # the store reported an unknown outcome: as begun


class Kind(StrEnum):
    PERSON = "person"
    PHONE = "phone"
    TRY = "try"
    ANSWER = "answer"
    ISSUE = "issue"
    PROVE = "prove"  # both in one write


class Line(msgspec.Struct, frozen=True):
    """One act at one moment; ``id`` is unique among acts of its kind."""

    kind: Kind
    id: str
    state: State
    facts: dict[str, str] = {}


_decoder = msgspec.json.Decoder(Line)


def tell(kind: Kind, act: str, state: State, **facts: str) -> None:
    """Write a line to standard output in one piece, past every buffer of this process."""
    os.write(1, msgspec.json.encode(Line(kind, act, state, facts)) + b"\n")


def read(written: Iterable[bytes]) -> list[Line]:
    """Return every act with its last state and the facts it began with, in order."""
    acts: dict[tuple[Kind, str], Line] = {}
    for piece in written:
        line = _decoder.decode(piece)
        begun = acts.get((line.kind, line.id), line)
        acts[line.kind, line.id] = Line(line.kind, line.id, line.state, begun.facts)
    return list(acts.values())
