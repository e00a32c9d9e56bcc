"""Changes of methods in progress; the candidate is sealed like a stored method."""

from datetime import timedelta
from typing import ClassVar

from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.registration.pending import (
    EnrolCandidate,
    FinishRegistration,
    OpenRegistration,
    Registration,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import count_or_none, instant_or_none, way_or_none
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import Row, Steps, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import CorrelationId, MethodId, RegistrationId, SessionId, UserId
from proofup.values.ways import Way

COLUMNS = (
    "id, user_id, session_id, method_id, kind, slot, document, method_created_at, way, "
    "replaces, correlation_id, created_at, expires_at, finished_at, default_way, then_id, "
    "code_digest, enrolled_at"
)
REGISTRATION_BY_ID = f"SELECT {COLUMNS} FROM registrations WHERE id = ?"
REGISTRATION_BY_CODE = f"SELECT {COLUMNS} FROM registrations WHERE code_digest = ?"
OPEN_REGISTRATION = (
    f"INSERT INTO registrations ({COLUMNS}) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ENROL_CANDIDATE = (
    "UPDATE registrations SET document = ?, enrolled_at = ? WHERE id = ? "
    "AND finished_at IS NULL AND enrolled_at IS NULL AND expires_at > ?"
)
FINISH_REGISTRATION = (
    "UPDATE registrations SET finished_at = ?, document = NULL WHERE id = ? AND finished_at IS NULL"
)


class RegistrationRows(Aggregate, frozen=True):
    """The port ``Registrations``, and the changes of registrations."""

    expiry: ClassVar[Expiry | None] = Expiry(table="registrations", kept=timedelta(hours=1))

    document: SealedColumn

    async def by_id(self, registration_id: RegistrationId) -> Registration | None:
        """Return the registration; once it has ended, the candidate's document is empty."""
        found = await self.engine.rows(REGISTRATION_BY_ID, registration_id)
        return self._registration_of(found[0]) if found else None

    async def by_code(self, code_digest: bytes) -> Registration | None:
        """Return the registration whose page shows the code."""
        found = await self.engine.rows(REGISTRATION_BY_CODE, code_digest)
        return self._registration_of(found[0]) if found else None

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenRegistration: self.open,
            EnrolCandidate: self.enrol,
            FinishRegistration: self.finish,
        }

    def open(self, change: OpenRegistration) -> Steps[None]:
        """Store a registration."""
        new, candidate = change.registration, change.registration.candidate
        yield from touched(
            OPEN_REGISTRATION,
            new.id,
            new.user_id,
            new.session_id,
            candidate.id,
            candidate.kind,
            candidate.slot,
            self.document.seal(candidate.document, row=new.id),
            to_microseconds(candidate.created_at),
            new.way,
            new.replaces,
            new.correlation_id,
            to_microseconds(new.created_at),
            to_microseconds(new.expires_at),
            count_or_none(new.finished_at),
            new.default,
            new.then,
            new.code_digest,
            count_or_none(new.enrolled_at),
        )

    def enrol(self, change: EnrolCandidate) -> Steps[None]:
        """Store the candidate with the key of its device, once."""
        at, row = to_microseconds(change.at), change.registration_id
        sealed = self.document.seal(change.candidate.document, row=row)
        if not (yield from touched(ENROL_CANDIDATE, sealed, at, row, at)):
            raise AlreadySpentError

    def finish(self, change: FinishRegistration) -> Steps[None]:
        """End a registration and delete its candidate's document."""
        at = to_microseconds(change.at)
        if not (yield from touched(FINISH_REGISTRATION, at, change.registration_id)):
            raise AlreadySpentError

    def _registration_of(self, columns: Row) -> Registration:
        registration_id = RegistrationId(columns[0])
        user_id = UserId(columns[1])
        sealed = columns[6]
        candidate = RegisteredMethod(
            id=MethodId(columns[3]),
            user_id=user_id,
            kind=MethodKind(columns[4]),
            slot=columns[5],
            document=b"" if sealed is None else self.document.open(sealed, row=registration_id),
            created_at=from_microseconds(columns[7]),
        )
        return Registration(
            id=registration_id,
            user_id=user_id,
            session_id=SessionId(columns[2]),
            candidate=candidate,
            way=Way(columns[8]),
            replaces=columns[9],
            correlation_id=CorrelationId(columns[10]),
            created_at=from_microseconds(columns[11]),
            expires_at=from_microseconds(columns[12]),
            finished_at=instant_or_none(columns[13]),
            default=way_or_none(columns[14]),
            then=columns[15],
            code_digest=columns[16],
            enrolled_at=instant_or_none(columns[17]),
        )
