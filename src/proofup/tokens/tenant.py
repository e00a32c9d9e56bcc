"""The tenant: the organisation as clients address it, and the addresses that follow from its id."""

from msgspec import Struct

from proofup.tokens.application import GRAPH
from proofup.values.ids import TenantId

COMMON = "common"
ORGANIZATIONS = "organizations"
ADFS = "adfs"  # what a client calls an authority for which it skips instance discovery
ALIASES = frozenset({COMMON, ORGANIZATIONS, ADFS})
ANY_TENANT = "{tenantid}"  # literally so in the metadata of an alias
MICROSOFT_GRAPH = "https://graph.microsoft.com"


class Tenant(Struct, frozen=True, kw_only=True):
    """The one tenant of this service. ``origin`` is the address that clients use for everything."""

    id: TenantId
    origin: str
    domains: tuple[str, ...]
    name: str = ""

    @property
    def issuer(self) -> str:
        """The issuer of all tokens: with the id, whatever alias a client has used."""
        return f"{self.origin}/{self.id}/v2.0"

    def is_called(self, name: str) -> bool:
        """Tell whether ``name``, the first part of a path, means this tenant."""
        lower = name.lower()
        return lower == self.id or lower in ALIASES or lower in self.domains

    def is_graph(self, resource: str) -> bool:
        """Tell whether ``resource``, without a slash at its end, is one of Graph's names."""
        return resource.lower() in {"", MICROSOFT_GRAPH, self.origin.lower(), GRAPH}
