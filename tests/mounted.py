"""A door behind the real entrance, without the rest of the service."""

from datetime import UTC, datetime
from random import Random

from starlette.routing import Route

from proofup.values.clock import Clock
from proofup.values.errors import ProofupError
from proofup.web.entrance import Entrance, entrance
from proofup.web.mount import Mount
from proofup.web.programs import ProgramDialect, as_text
from proofup.web.public_url import PublicUrl
from proofup.web.request_log import NoteRequest

ORIGIN = "http://localhost:8080"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def mounted(
    *mounts: Mount, clock: Clock = lambda: NOON, note_request: NoteRequest | None = None
) -> Entrance:
    """Return ``mounts`` at ``ORIGIN``, and a plain text door for all other paths."""
    elsewhere = Mount(
        paths=frozenset({"/"}),
        dialect=ProgramDialect(as_text),
        routes=list[Route](),
        own_answers=frozenset({ProofupError}),
    )
    return entrance(
        [*mounts, elsewhere],
        public_url=PublicUrl.of(ORIGIN),
        clock=clock,
        entropy=Random(7).randbytes,  # noqa: S311 - a test that failed must fail again
        note_request=note_request,
    )
