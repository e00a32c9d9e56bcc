"""Password credentials: one row for each user who has a password."""

from proofup.directory.passwords import (
    ForceChange,
    ForcedChange,
    PasswordCredential,
    SetPassword,
)
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.statements import Steps, Value, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError, StaleError
from proofup.values.ids import UserId

CREDENTIAL_OF_USER = (
    "SELECT verifier, pepper_id, changed_at, forced_change, ends_at FROM credentials "
    "WHERE user_id = ?"
)
CREDENTIAL_COLUMNS = "user_id, verifier, pepper_id, changed_at, forced_change, ends_at"
SET_CREDENTIAL = (
    f"INSERT INTO credentials ({CREDENTIAL_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (user_id) DO UPDATE SET verifier = excluded.verifier, "
    "pepper_id = excluded.pepper_id, changed_at = excluded.changed_at, "
    "forced_change = excluded.forced_change, ends_at = excluded.ends_at"
)
FIRST_CREDENTIAL = (
    f"INSERT INTO credentials ({CREDENTIAL_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (user_id) DO NOTHING"
)
FORCE_CHANGE = "UPDATE credentials SET forced_change = ? WHERE user_id = ?"


class PasswordRows(Aggregate, frozen=True):
    """The port ``Passwords``, and its change."""

    async def of_user(self, user_id: UserId) -> PasswordCredential | None:
        """Return the user's credential."""
        found = await self.engine.rows(CREDENTIAL_OF_USER, user_id)
        if not found:
            return None
        verifier, pepper_id, changed_at, forced_change, ends_at = found[0]
        return PasswordCredential(
            user_id=user_id,
            verifier=verifier,
            pepper_id=pepper_id,
            changed_at=from_microseconds(changed_at),
            forced_change=ForcedChange(forced_change) if forced_change else None,
            ends_at=instant_or_none(ends_at),
        )

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            SetPassword: self.set,
            ForceChange: self.force_change,
        }

    def set(self, change: SetPassword) -> Steps[None]:
        """Store a credential in place of the one before."""
        row = credential_row(change.credential)
        if not change.is_first:
            yield from touched(SET_CREDENTIAL, *row)
        elif not (yield from touched(FIRST_CREDENTIAL, *row)):
            raise AlreadySpentError

    def force_change(self, change: ForceChange) -> Steps[None]:
        """Demand a new password."""
        if not (yield from touched(FORCE_CHANGE, change.forced_change, change.user_id)):
            raise StaleError


def credential_row(new: PasswordCredential) -> tuple[Value, ...]:
    """Return the values of CREDENTIAL_COLUMNS."""
    return (
        new.user_id,
        new.verifier,
        new.pepper_id,
        to_microseconds(new.changed_at),
        new.forced_change,
        count_or_none(new.ends_at),
    )
