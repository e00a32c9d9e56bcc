"""Methods that jobs have deleted: sealed, and gone for good when their time is over."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import ClassVar

from proofup.administration.job import JobId
from proofup.administration.kept_methods import KeepMethods, KeptMethods, TakeKept
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.storage.aggregate import Aggregate, Expiry, Writes, WritesMany
from proofup.storage.columns import count_or_none, instant_or_none, way_or_none
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import Row, Steps, Value, touched, touched_in_parts
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import MethodId, UserId

COLUMNS = (
    "id, user_id, kind, slot, document, created_at, last_used_at, revision, pepper_id, "
    "number, default_way, epoch"
)
KEPT_OF_JOB = (
    f"SELECT {COLUMNS} FROM kept_methods WHERE job_id = ? AND number IN "
    "(SELECT DISTINCT number FROM kept_methods WHERE job_id = ? AND number > ? "
    "ORDER BY number LIMIT ?) AND expires_at > ? ORDER BY number, created_at, slot"
)
KEEP = (
    f"INSERT INTO kept_methods (job_id, expires_at, {COLUMNS}) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
KEEP_EPOCHS = (
    "UPDATE kept_methods SET epoch = (SELECT a.epoch FROM accounts a "
    "WHERE a.user_id = kept_methods.user_id) WHERE id IN (?)"
)
TAKE_KEPT = "DELETE FROM kept_methods WHERE job_id = ? AND number = ?"


class KeptMethodRows(Aggregate, frozen=True):
    """The port ``KeptMethodsReader``, and the changes of methods that are kept."""

    expiry: ClassVar[Expiry | None] = Expiry(table="kept_methods")

    document: SealedColumn

    async def of_job(
        self, job_id: JobId, *, after: int, most: int, at: datetime
    ) -> Sequence[KeptMethods]:
        """Return what is kept ``at`` this instant of up to ``most`` items behind ``after``."""
        now = to_microseconds(at)
        found = await self.engine.rows(KEPT_OF_JOB, job_id, job_id, after, most, now)
        return [self._kept(job_id, list(some)) for _, some in groupby(found, lambda one: one[9])]

    def _kept(self, job_id: JobId, found: Sequence[Row]) -> KeptMethods:
        first = found[0]
        return KeptMethods(
            job_id=job_id,
            number=first[9],
            user_id=UserId(first[1]),
            default_way=way_or_none(first[10]),
            epoch=first[11],
            methods=[
                RegisteredMethod(
                    id=MethodId(one[0]),
                    user_id=UserId(one[1]),
                    kind=MethodKind(one[2]),
                    slot=one[3],
                    document=self.document.open(one[4], row=one[0]),
                    created_at=from_microseconds(one[5]),
                    last_used_at=instant_or_none(one[6]),
                    revision=one[7],
                    pepper_id=one[8],
                )
                for one in found
            ],
        )

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {KeepMethods: self.keep, TakeKept: self.take}

    @property
    def writes_many(self) -> WritesMany:
        """How methods of many are kept."""
        return {KeepMethods: self.keep_many}

    def keep(self, change: KeepMethods) -> Steps[None]:
        """Store methods that are being deleted, with the epoch that the account is at by then."""
        yield from self.keep_many([change])

    def keep_many(self, changes: Sequence[KeepMethods]) -> Steps[None]:
        """Store methods that are being deleted of many."""
        kept = [self._row(change, one) for change in changes for one in change.methods]
        yield from touched_in_parts(KEEP, kept)
        ids = [(one.id,) for change in changes for one in change.methods]
        yield from touched_in_parts(KEEP_EPOCHS, ids)

    def _row(self, change: KeepMethods, method: RegisteredMethod) -> tuple[Value, ...]:
        return (
            change.job_id,
            to_microseconds(change.until),
            method.id,
            method.user_id,
            method.kind,
            method.slot,
            self.document.seal(method.document, row=method.id),
            to_microseconds(method.created_at),
            count_or_none(method.last_used_at),
            method.revision,
            method.pepper_id,
            change.number,
            change.default_way,
            0,  # the epoch follows
        )

    def take(self, change: TakeKept) -> Steps[None]:
        """Delete what is kept of one item."""
        if not (yield from touched(TAKE_KEPT, change.job_id, change.number)):
            raise AlreadySpentError
