"""Sealed columns: each value is bound to its table, column and row, and opens nowhere else."""

from msgspec import Struct

from proofup.values.ids import Entropy
from proofup.values.sealing import KeyPurpose, KeyRing


class SealedAt(Struct, frozen=True):
    """Where sealed values lie, in a table whose rows have an ``id``, and for what."""

    table: str
    column: str
    purpose: KeyPurpose


METHODS = SealedAt("authentication_methods", "document", KeyPurpose.METHODS)
REGISTRATIONS = SealedAt("registrations", "document", KeyPurpose.METHODS)
HISTORY = SealedAt("method_history", "document", KeyPurpose.METHODS)
KEPT_METHODS = SealedAt("kept_methods", "document", KeyPurpose.METHODS)
MESSAGES = SealedAt("outbox", "payload", KeyPurpose.MESSAGES)
# A test holds this against the schema.
SEALED = (METHODS, REGISTRATIONS, HISTORY, KEPT_METHODS, MESSAGES)


class SealedColumn(Struct, frozen=True, kw_only=True):
    """One column whose values are encrypted at rest."""

    name: str  # table and column
    purpose: KeyPurpose
    keys: KeyRing
    entropy: Entropy

    @classmethod
    def of(cls, at: SealedAt, keys: KeyRing, entropy: Entropy) -> "SealedColumn":
        """Return the column that lies ``at``."""
        name = f"{at.table}|{at.column}"
        return cls(name=name, purpose=at.purpose, keys=keys, entropy=entropy)

    def seal(self, plain: bytes, *, row: str) -> bytes:
        """Return what is stored in ``row`` for ``plain``."""
        return self.keys.seal(self.purpose, plain, row=f"{self.name}|{row}", entropy=self.entropy)

    def open(self, sealed: bytes, *, row: str) -> bytes:
        """Return what was sealed for ``row``, or raise UnreadableSecretError."""
        return self.keys.open(self.purpose, sealed, row=f"{self.name}|{row}")
