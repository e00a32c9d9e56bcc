"""Methods that a job has deleted, kept for a while so that they can be put back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.administration.job import JobId
from proofup.methods.registered_methods import RegisteredMethod
from proofup.values.changes import Change
from proofup.values.ids import UserId
from proofup.values.ways import Way


class KeptMethods(Struct, frozen=True, kw_only=True):
    """What was deleted of one person by the item ``number`` of a job.

    ``epoch`` is that of the account right after it, and ``default_way`` its default before.
    """

    job_id: JobId
    number: int
    user_id: UserId
    epoch: int
    default_way: Way | None
    methods: Sequence[RegisteredMethod]


class KeepMethods(Change, frozen=True, kw_only=True):
    """Keeps ``methods`` of a person until ``until``, behind the change that deletes them."""

    job_id: JobId
    number: int
    user_id: UserId
    default_way: Way | None
    methods: Sequence[RegisteredMethod]
    until: datetime


class TakeKept(Change, frozen=True, kw_only=True):
    """Keeps nothing more of one item; raises AlreadySpentError where nothing was kept."""

    job_id: JobId
    number: int


class KeptMethodsReader(Protocol):
    """Reads methods that are kept."""

    async def of_job(
        self, job_id: JobId, *, after: int, most: int, at: datetime
    ) -> Sequence[KeptMethods]:
        """Return what is kept ``at`` this instant of up to ``most`` items behind ``after``."""
        ...
