"""The groups of a person, in tokens for an application whose record asks for them.

As in Entra, a token has at most 200 of them. Whoever is in more is sent to Graph, by the claims
that OpenID Connect has for claims elsewhere (Core §5.6.2).
"""

from typing import TypeVar

from msgspec.structs import replace

from proofup.granting.ports import Ports
from proofup.tokens.access_token import AccessClaims
from proofup.tokens.application import Application
from proofup.tokens.id_token import IdClaims
from proofup.values.ids import UserId

MOST = 200
SOURCE = "src1"
C = TypeVar("C", AccessClaims, IdClaims)


async def with_groups(
    ports: Ports, claims: C, application: Application | None, user_id: UserId
) -> C:
    """Return ``claims`` of a token that ``application`` reads, with the groups of the person."""
    if application is None or application.group_claims is None:
        return claims
    found = sorted(one.id for one in await ports.groups.of_user(user_id))
    if len(found) <= MOST:
        return replace(claims, groups=tuple(found))
    endpoint = f"{ports.tenant.origin}/v1.0/users/{user_id}/getMemberObjects"
    return replace(
        claims,
        claim_names={"groups": SOURCE},
        claim_sources={SOURCE: {"endpoint": endpoint}},
    )
