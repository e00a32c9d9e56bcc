"""The keys that sign tokens, sealed."""

from collections.abc import Sequence
from typing import ClassVar

from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.engine import Engine
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import Steps, touched
from proofup.tokens.signing_key import PUBLISHED_AFTER, AddSigningKey, SigningKey
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import StaleError
from proofup.values.secret import Secret

PUBLISHED = (
    "SELECT id, number, algorithm, private_key, signs_from FROM signing_keys ORDER BY number"
)
ADD_KEY = (
    "INSERT INTO signing_keys (id, number, algorithm, private_key, signs_from) "
    "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
LET_EXPIRE = "UPDATE signing_keys SET expires_at = ? WHERE number < ? AND expires_at IS NULL"


class SigningKeyRows(Aggregate, frozen=True):
    """The port ``SigningKeys``, and its change."""

    expiry: ClassVar[Expiry | None] = Expiry(table="signing_keys")

    engine: Engine
    private_key: SealedColumn

    async def published(self) -> Sequence[SigningKey]:
        """Return all keys in the order of their numbers."""
        return [
            SigningKey(
                id=id_,
                number=number,
                algorithm=algorithm,
                private=Secret(self.private_key.open(sealed, row=id_)),
                signs_from=from_microseconds(signs_from),
            )
            for id_, number, algorithm, sealed, signs_from in await self.engine.rows(PUBLISHED)
        ]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {AddSigningKey: self.add}

    def add(self, change: AddSigningKey) -> Steps[None]:
        """Store a key, and let those before it expire."""
        new = change.key
        sealed = self.private_key.seal(new.private.reveal(), row=new.id)
        signs_from = to_microseconds(new.signs_from)
        if not (yield from touched(ADD_KEY, new.id, new.number, new.algorithm, sealed, signs_from)):
            raise StaleError
        ends = to_microseconds(new.signs_from + PUBLISHED_AFTER)
        yield from touched(LET_EXPIRE, ends, new.number)
