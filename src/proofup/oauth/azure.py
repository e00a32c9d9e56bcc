"""What ``az login`` asks of Azure's resource manager after signing in: which tenants there are.

It shows a token, which is judged, so that nobody else learns the organisation's name.
"""

from starlette.requests import Request
from starlette.responses import Response

from proofup.granting.bearer import Reason, TokenRefusedError, bearer
from proofup.oauth.door import Door, answer
from proofup.oauth.userinfo import BEARER
from proofup.web.request_context import context_of


async def tenants(door: Door, request: Request) -> Response:
    """Return the one tenant."""
    await _judge(door, request)
    tenant = door.ports.tenant
    told = {
        "id": f"/tenants/{tenant.id}",
        "tenantId": tenant.id,
        "tenantCategory": "Home",
        "displayName": tenant.name,
        "domains": list(tenant.domains),
        "defaultDomain": tenant.domains[0] if tenant.domains else None,
        "tenantType": "AAD",
    }
    return answer({"value": [told]})


async def subscriptions(door: Door, request: Request) -> Response:
    """Return that there are none."""
    await _judge(door, request)
    return answer({"value": []})


async def _judge(door: Door, request: Request) -> None:
    context, header = context_of(request.scope), request.headers.get("authorization", "")
    if not header.lower().startswith(BEARER):
        raise TokenRefusedError(Reason.MALFORMED)
    await bearer(
        door.ports,
        header[len(BEARER) :].strip(),
        correlation_id=context.correlation_id,
        client=context.client,
        language=context.language,
        at=context.at,
    )
