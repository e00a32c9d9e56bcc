"""Sealed columns: each value is bound to its table, column and row."""

from msgspec import Struct

from proofup.values.ids import Entropy
from proofup.values.sealing import KeyPurpose, KeyRing


class SealedAt(Struct, frozen=True):
    """The table and column of sealed values, and the purpose of their key. Rows need an ``id``."""

    table: str
    column: str
    purpose: KeyPurpose


METHODS = SealedAt("authentication_methods", "document", KeyPurpose.METHODS)
REGISTRATIONS = SealedAt("registrations", "document", KeyPurpose.METHODS)
HISTORY = SealedAt("method_history", "document", KeyPurpose.METHODS)
KEPT_METHODS = SealedAt("kept_methods", "document", KeyPurpose.METHODS)
APPROVALS = SealedAt("approval_requests", "document", KeyPurpose.METHODS)
OATH_TOKENS = SealedAt("oath_tokens", "document", KeyPurpose.METHODS)
MESSAGES = SealedAt("outbox", "payload", KeyPurpose.MESSAGES)
SIGNING_KEYS = SealedAt("signing_keys", "private_key", KeyPurpose.TOKENS)
# A test holds this against the schema.
SEALED = (
    METHODS,
    REGISTRATIONS,
    HISTORY,
    KEPT_METHODS,
    APPROVALS,
    OATH_TOKENS,
    MESSAGES,
    SIGNING_KEYS,
)


class SealedColumn(Struct, frozen=True, kw_only=True):
    """One column whose values are encrypted at rest."""

    name: str  # table and column
    purpose: KeyPurpose
    keys: KeyRing
    entropy: Entropy

    @classmethod
    def of(cls, at: SealedAt, keys: KeyRing, entropy: Entropy) -> "SealedColumn":
        """Return the column at ``at``."""
        name = f"{at.table}|{at.column}"
        return cls(name=name, purpose=at.purpose, keys=keys, entropy=entropy)

    def seal(self, plain: bytes, *, row: str) -> bytes:
        """Return the sealed value of ``plain`` for ``row``."""
        return self.keys.seal(self.purpose, plain, row=f"{self.name}|{row}", entropy=self.entropy)

    def open(self, sealed: bytes, *, row: str) -> bytes:
        """Return the plain value that was sealed for ``row``. Raises UnreadableSecretError."""
        return self.keys.open(self.purpose, sealed, row=f"{self.name}|{row}")
