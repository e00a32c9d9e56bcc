"""Jobs: one act for many people; what was done to each is an event of its own."""

from proofup.audit.events.event import Event


class JobStarted(Event, frozen=True, kw_only=True, tag="jobStarted"):
    """A job began to do ``act``; it is named by its id."""

    job: str
    act: str
    reason: str
    command: str | None = None


class JobFinished(Event, frozen=True, kw_only=True, tag="jobFinished"):
    """A job has gone through all of its people: so many are ``done``, so many ``failed``."""

    job: str
    done: int
    failed: int
    command: str | None = None


class JobStopped(Event, frozen=True, kw_only=True, tag="jobStopped"):
    """Somebody stopped a job; whoever still waited is left alone."""

    job: str
    act: str
    command: str | None = None


class JobUndone(Event, frozen=True, kw_only=True, tag="jobUndone"):
    """Somebody began to put back what a job had deleted; whoever still waited is left alone."""

    job: str
    act: str
    command: str | None = None
