"""The rules of the organisation: one document."""

import msgspec

from proofup.policy.rules import Policy, SetPolicy
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Steps, row, touched
from proofup.values.errors import StaleError

CURRENT = "SELECT document FROM policies WHERE name = 'authentication'"
SET_POLICY = (
    "INSERT INTO policies (name, document) VALUES ('authentication', ?) "
    "ON CONFLICT (name) DO UPDATE SET document = excluded.document"
)
HOLD_POLICY = f"{CURRENT} FOR UPDATE"
SET_FIRST_POLICY = (
    "INSERT INTO policies (name, document) VALUES ('authentication', ?) "
    "ON CONFLICT (name) DO NOTHING"
)
DEFAULT = Policy()

_policy = msgspec.json.Decoder(Policy)


class PolicyRows(Aggregate, frozen=True):
    """The port ``Policies``, and its change."""

    async def current(self) -> Policy:
        """Return the present rules; the defaults if none were set."""
        found = await self.engine.rows(CURRENT)
        return self.policy_of(found[0][0] if found else None)

    def policy_of(self, document: str | None) -> Policy:
        """Return the rules of a document; the defaults if there is none."""
        return DEFAULT if document is None else _policy.decode(document)

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            SetPolicy: self.set,
        }

    def set(self, change: SetPolicy) -> Steps[None]:
        """Store the rules."""
        document = msgspec.json.encode(change.policy, order="deterministic").decode()
        if change.was is None:
            yield from touched(SET_POLICY, document)
            return
        found = yield from row(HOLD_POLICY)
        if self.policy_of(found[0] if found else None) != change.was:
            raise StaleError
        if found:
            yield from touched(SET_POLICY, document)
        elif not (yield from touched(SET_FIRST_POLICY, document)):
            raise StaleError
