"""The id of the tenant: drawn once for a database, and never changed."""

from proofup.storage.aggregate import Aggregate
from proofup.storage.statements import Steps, row, touched
from proofup.values.ids import Entropy, TenantId, random_id

TENANT = "SELECT tenant_id FROM tenant WHERE id = 1"
# Made only once, even with concurrent starts.
MAKE_TENANT = "INSERT INTO tenant (id, tenant_id) VALUES (1, ?) ON CONFLICT (id) DO NOTHING"


class TenantRows(Aggregate, frozen=True):
    """Reads the id, and makes it at the first start."""

    async def load_or_make(self, entropy: Entropy) -> TenantId:
        """Return the tenant's id."""
        found = await self.engine.rows(TENANT)
        if found:
            return TenantId(found[0][0])
        new = random_id(entropy)

        def steps() -> Steps[TenantId]:
            yield from touched(MAKE_TENANT, new)
            stored = yield from row(TENANT)
            return TenantId(stored[0] if stored else new)

        return await self.engine.write(steps)
