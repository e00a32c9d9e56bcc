"""Carries jobs on in a server: one at a time, leased, so that two nodes do not do the same work."""

import asyncio
import logging
from datetime import datetime, timedelta

from proofup.administration.job import Job, JobEndedError
from proofup.administration.jobs.working import piece
from proofup.administration.ports import Ports
from proofup.cli.job_lease import LEASE, JobLease
from proofup.values.clock import Clock
from proofup.values.errors import ProofupError

log = logging.getLogger(__name__)

LOOKING_PAUSE = timedelta(seconds=1)


class JobWorker:
    """Takes up what is at work and nobody carries on; ``runner`` names this process."""

    def __init__(self, ports: Ports, clock: Clock, runner: str) -> None:
        self._ports = ports
        self._clock = clock
        self._runner = runner

    async def keep(self) -> None:
        """Look for jobs, in an endless loop."""
        while True:
            if not await self.look():
                await asyncio.sleep(LOOKING_PAUSE.total_seconds())

    async def look(self) -> bool:
        """Carry one job on to the end of its state; return whether there was one."""
        try:
            at = self._clock()
            job = await self._ports.jobs.claim(self._runner, until=at + LEASE, at=at)
            if job is None:
                return False
            await self._carry_on(job, leased_at=at)
        except JobEndedError:
            return True  # somebody stopped it, and perhaps has it undone
        except ProofupError as error:  # it is taken up again when the lease is over
            log.warning("a job was not carried on: %s", type(error).__name__)
            return False
        return True

    async def _carry_on(self, job: Job, *, leased_at: datetime) -> None:
        lease = JobLease(self._ports.jobs, job.id, self._runner, leased_at=leased_at)
        place: str | None = job.place or ""
        while place is not None and await lease.keep(at := self._clock()):
            place = await piece(self._ports, job, place, at=at)
            await asyncio.sleep(0)  # requests come first
        await lease.end(self._clock())
