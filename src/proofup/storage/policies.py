"""The rules the organisation set: one document."""

import msgspec
from msgspec import Struct

from proofup.policy.rules import Policy, SetPolicy
from proofup.storage.engine import Engine
from proofup.storage.statements import Steps, touched

CURRENT = "SELECT document FROM policies WHERE name = 'authentication'"
SET_POLICY = (
    "INSERT INTO policies (name, document) VALUES ('authentication', ?) "
    "ON CONFLICT (name) DO UPDATE SET document = excluded.document"
)
DEFAULT = Policy()

_policy = msgspec.json.Decoder(Policy)


class PolicyRows(Struct, frozen=True):
    """The port ``Policies``, and its change."""

    engine: Engine

    async def current(self) -> Policy:
        """Return the rules as they are now; those of a new organisation where none were set."""
        found = await self.engine.rows(CURRENT)
        return self.policy_of(found[0][0] if found else None)

    def policy_of(self, document: str | None) -> Policy:
        """Return the rules of a document, which a new organisation has not."""
        return DEFAULT if document is None else _policy.decode(document)

    def set(self, change: SetPolicy) -> Steps[None]:
        """Store the rules."""
        document = msgspec.json.encode(change.policy, order="deterministic").decode()
        yield from touched(SET_POLICY, document)
