"""Password credentials: one row for each user who has a password."""

from proofup.directory.passwords import PasswordCredential, SetPassword
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Steps, Value, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.ids import UserId

CREDENTIAL_OF_USER = "SELECT verifier, pepper_id, changed_at FROM credentials WHERE user_id = ?"
CREDENTIAL_COLUMNS = "user_id, verifier, pepper_id, changed_at"
SET_CREDENTIAL = (
    f"INSERT INTO credentials ({CREDENTIAL_COLUMNS}) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (user_id) DO UPDATE SET verifier = excluded.verifier, "
    "pepper_id = excluded.pepper_id, changed_at = excluded.changed_at"
)


class PasswordRows(Aggregate, frozen=True):
    """The port ``Passwords``, and its change."""

    async def of_user(self, user_id: UserId) -> PasswordCredential | None:
        """Return the user's credential."""
        found = await self.engine.rows(CREDENTIAL_OF_USER, user_id)
        if not found:
            return None
        verifier, pepper_id, changed_at = found[0]
        return PasswordCredential(
            user_id=user_id,
            verifier=verifier,
            pepper_id=pepper_id,
            changed_at=from_microseconds(changed_at),
        )

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            SetPassword: self.set,
        }

    def set(self, change: SetPassword) -> Steps[None]:
        """Store a credential in place of the one before."""
        yield from touched(SET_CREDENTIAL, *credential_row(change.credential))


def credential_row(new: PasswordCredential) -> tuple[Value, ...]:
    """Return the values of CREDENTIAL_COLUMNS."""
    return new.user_id, new.verifier, new.pepper_id, to_microseconds(new.changed_at)
