"""The route at which the figures are read, with the token (security row AD13)."""

import asyncio

from msgspec import Struct
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from proofup.challenges.room import Room
from proofup.challenges.spending import uses
from proofup.hashing.pool import Argon2idPool
from proofup.metrics.instruments import Instruments
from proofup.storage.engine import Engine
from proofup.storage.maintenance.state import waiting_of
from proofup.storage.outbox import KINDS
from proofup.values.clock import Clock
from proofup.values.errors import ProofupError, StoreBusyError
from proofup.values.secret import Secret
from proofup.web.mount import Mount
from proofup.web.programs import ProgramDialect, as_text
from proofup.web.shown_secret import shows

PATH = "/metrics"


class Figures(Struct, frozen=True):
    """Answers with all figures; gauges are read at the time of the request."""

    instruments: Instruments
    token: Secret[str]
    room: Room
    engine: Engine
    hashing: Argon2idPool
    clock: Clock

    def door(self) -> Mount:
        """Return the door, which answers in plain text and under any host name."""
        return Mount(
            paths=frozenset({PATH}),
            dialect=ProgramDialect(as_text),
            routes=[Route(PATH, self.answer, methods=["GET"])],
            any_host=True,
            for_programs=True,
            is_quiet=True,
            own_answers=frozenset(
                {ProofupError}
            ),  # with a busy store only some figures are missing
        )

    async def answer(self, request: Request) -> Response:
        """Return the figures, or 401 and nothing else."""
        if not shows(request.headers.get("authorization", ""), self.token):
            return PlainTextResponse(status_code=401, headers={"www-authenticate": "Bearer"})
        self.instruments.hashes.set(self.hashing.taken)
        self.instruments.most_hashes.set(self.hashing.most)
        await self._look_at_outbox()
        await self._look_at_budgets()
        # This takes some milliseconds; a thread does it, so that no sign-in waits.
        body = await asyncio.to_thread(generate_latest, self.instruments.registry)
        return Response(body, media_type=CONTENT_TYPE_PLAIN_1_0_0)

    async def _look_at_outbox(self) -> None:
        at = self.clock()
        depth, oldest = self.instruments.outbox_messages, self.instruments.outbox_oldest
        try:
            waiting = await waiting_of(self.engine)
        except StoreBusyError:  # return the other figures, which matter most now
            depth.clear()
            oldest.clear()
            return
        for kind in KINDS.values():
            count, oldest_at = waiting.get(kind, (0, at))
            depth.labels(kind).set(count)
            oldest.labels(kind).set(max(0.0, (at - oldest_at).total_seconds()))

    async def _look_at_budgets(self) -> None:
        used = self.instruments.budget_used
        try:
            found = await uses(self.room, at=self.clock())
        except StoreBusyError:
            used.clear()
            return
        for use in found:
            used.labels(use.budget).set(use.percent / 100)
