"""Recovery codes: one row for each that was not used, deleted with its use."""

from proofup.directory.recovery_codes import (
    RecoverySet,
    RemoveRecoveryCodes,
    SetRecoveryCodes,
    SpendRecoveryCode,
    StoredCode,
)
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Steps, touched, touched_by_many
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import UserId
from proofup.values.stretching import Terms

CODES_OF_USER = (
    "SELECT set_id, number, digest, salt, pepper_id, memory_kib, passes, created_at "
    "FROM recovery_codes WHERE user_id = ? ORDER BY number"
)
REMOVE_CODES = "DELETE FROM recovery_codes WHERE user_id = ?"
ADD_CODES = (
    "INSERT INTO recovery_codes (user_id, number, set_id, digest, salt, pepper_id, memory_kib, "
    "passes, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
SPEND_CODE = "DELETE FROM recovery_codes WHERE user_id = ? AND number = ? AND set_id = ?"


class RecoveryCodeRows(Aggregate, frozen=True):
    """The port ``RecoveryCodes``, and its changes."""

    async def of_user(self, user_id: UserId) -> RecoverySet | None:
        """Return the person's set, or None where no code is left."""
        found = await self.engine.rows(CODES_OF_USER, user_id)
        if not found:
            return None
        set_id, _, _, salt, pepper_id, memory_kib, passes, created_at = found[0]
        return RecoverySet(
            id=set_id,
            user_id=user_id,
            salt=salt,
            terms=Terms(pepper_id=pepper_id, memory_kib=memory_kib, passes=passes),
            created_at=from_microseconds(created_at),
            unused=tuple(StoredCode(number, digest) for _, number, digest, *_ in found),
        )

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            SetRecoveryCodes: self.set,
            SpendRecoveryCode: self.spend,
            RemoveRecoveryCodes: self.remove,
        }

    def set(self, change: SetRecoveryCodes) -> Steps[None]:
        """Store a set in place of the one there was."""
        new = change.new
        yield from touched(REMOVE_CODES, new.user_id)
        yield from touched_by_many(
            ADD_CODES,
            [
                (
                    new.user_id,
                    code.number,
                    new.id,
                    code.digest,
                    new.salt,
                    new.terms.pepper_id,
                    new.terms.memory_kib,
                    new.terms.passes,
                    to_microseconds(new.created_at),
                )
                for code in new.unused
            ],
        )

    def spend(self, change: SpendRecoveryCode) -> Steps[None]:
        """Use a code up; the one write that says whose use counted."""
        spent = yield from touched(SPEND_CODE, change.user_id, change.number, change.set_id)
        if not spent:
            raise AlreadySpentError

    def remove(self, change: RemoveRecoveryCodes) -> Steps[None]:
        """Remove a person's codes."""
        yield from touched(REMOVE_CODES, change.user_id)
