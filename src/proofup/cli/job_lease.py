"""The lease of a job: it tells other processes that this one carries the job on."""

from datetime import datetime, timedelta

from proofup.administration.job import JobId, Jobs

LEASE = timedelta(seconds=15)  # after a crash, others wait for so long
RENEWED_AFTER = LEASE / 3


class JobLease:
    """The lease of one job by ``runner``, which names this process."""

    def __init__(self, jobs: Jobs, job_id: JobId, runner: str, *, leased_at: datetime) -> None:
        self._jobs = jobs
        self._job_id = job_id
        self._runner = runner
        self._leased_at = leased_at

    async def take_over(self, at: datetime) -> None:
        """Take the lease, whoever has it."""
        await self._lease(at, until=at + LEASE, take_over=True)

    async def keep(self, at: datetime) -> bool:
        """Renew the lease if it is time; return False if another process has taken it."""
        return at < self._leased_at + RENEWED_AFTER or await self._lease(at, until=at + LEASE)

    async def end(self, at: datetime) -> None:
        """Let others have it."""
        await self._lease(at, until=at)

    async def _lease(self, at: datetime, *, until: datetime, take_over: bool = False) -> bool:
        self._leased_at = at
        return await self._jobs.lease(
            self._job_id, self._runner, until=until, at=at, take_over=take_over
        )
