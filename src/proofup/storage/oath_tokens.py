"""Hardware tokens: one row for each, its key sealed, with whoever has it."""

from collections.abc import Sequence

from proofup.directory.oath_tokens import (
    AddToken,
    ChangeToken,
    HashAlgorithm,
    OathToken,
    RemoveToken,
    Stocked,
    TokenKnownError,
)
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.columns import flag_or_none
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import Row, Steps, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import StaleError
from proofup.values.ids import MethodId, UserId
from proofup.values.secret import Secret

COLUMNS = (
    "t.id, t.serial_number, t.document, t.time_interval, t.algorithm, t.digits, t.manufacturer, "
    "t.model, t.added_at"
)
WITH_HOLDER = (
    f"{COLUMNS}, m.user_id, u.user_principal_name FROM oath_tokens t "
    "LEFT JOIN authentication_methods m ON m.id = t.id LEFT JOIN users u ON u.id = m.user_id "
)
BY_SERIAL = f"SELECT {WITH_HOLDER}WHERE t.serial_number = ?"
BY_ID = f"SELECT {WITH_HOLDER}WHERE t.id = ?"
IS_FREE = "CASE WHEN m.user_id IS NULL THEN 1 ELSE 0 END"
PAGE = (
    f"SELECT {WITH_HOLDER}WHERE t.serial_number > ? AND t.serial_number >= ? "
    f"AND t.serial_number < ? AND {IS_FREE} = COALESCE(?, {IS_FREE}) "
    "ORDER BY t.serial_number LIMIT ?"
)
LAST_LETTER = "\U0010ffff"
ADD = (
    "INSERT INTO oath_tokens (id, serial_number, document, time_interval, algorithm, digits, "
    "manufacturer, model, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
FREE = "NOT EXISTS (SELECT 1 FROM authentication_methods m WHERE m.id = oath_tokens.id)"
CHANGE = (
    "UPDATE oath_tokens SET time_interval = ?, algorithm = ?, manufacturer = ?, model = ? "
    f"WHERE id = ? AND {FREE}"
)
REMOVE = f"DELETE FROM oath_tokens WHERE id = ? AND {FREE}"


class OathTokenRows(Aggregate, frozen=True):
    """The port ``OathTokens``, and the changes of tokens."""

    document: SealedColumn

    async def by_serial(self, serial_number: str) -> Stocked | None:
        """Return the token with this serial number."""
        found = await self.engine.rows(BY_SERIAL, serial_number)
        return self._stocked(found[0]) if found else None

    async def by_id(self, token_id: MethodId) -> Stocked | None:
        """Return the token with this id."""
        found = await self.engine.rows(BY_ID, token_id)
        return self._stocked(found[0]) if found else None

    async def page(
        self, *, begins: str = "", free: bool | None = None, after: str | None, most: int
    ) -> Sequence[Stocked]:
        """Return the next ``most`` tokens by serial number, after that one."""
        span = (begins, begins + LAST_LETTER)
        found = await self.engine.rows(PAGE, after or "", *span, flag_or_none(free), most)
        return [self._stocked(row) for row in found]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {AddToken: self.add, ChangeToken: self.change, RemoveToken: self.remove}

    def add(self, change: AddToken) -> Steps[None]:
        """Store a token, unless its serial number is known."""
        token = change.token
        if not (
            yield from touched(
                ADD,
                token.id,
                token.serial_number,
                self.document.seal(token.secret.reveal(), row=token.id),
                token.time_interval_seconds,
                token.algorithm,
                token.digits,
                token.manufacturer,
                token.model,
                to_microseconds(token.added_at),
            )
        ):
            raise TokenKnownError(token.serial_number)

    def change(self, change: ChangeToken) -> Steps[None]:
        """Store what is told of a token that nobody has."""
        token = change.token
        if not (
            yield from touched(
                CHANGE,
                token.time_interval_seconds,
                token.algorithm,
                token.manufacturer,
                token.model,
                token.id,
            )
        ):
            raise StaleError

    def remove(self, change: RemoveToken) -> Steps[None]:
        """Remove a token that nobody has."""
        if not (yield from touched(REMOVE, change.token_id)):
            raise StaleError

    def _stocked(self, row: Row) -> Stocked:
        token_id, serial, sealed, interval, algorithm, digits, maker, model, *rest = row
        added_at, holder, name = rest
        token = OathToken(
            id=MethodId(token_id),
            serial_number=serial,
            secret=Secret(self.document.open(sealed, row=token_id)),
            time_interval_seconds=interval,
            algorithm=HashAlgorithm(algorithm),
            digits=digits,
            manufacturer=maker,
            model=model,
            added_at=from_microseconds(added_at),
        )
        return Stocked(token, None if holder is None else UserId(holder), name or "")
