"""The token endpoint: one grant for each ``grant_type`` (RFC 6749 §3.2)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from proofup.granting.caller import Caller
from proofup.granting.client_authentication import authenticated
from proofup.granting.client_credentials import client_credentials
from proofup.granting.code import exchange_code
from proofup.granting.on_behalf_of import on_behalf_of
from proofup.granting.refresh import refresh
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.oauth.device import poll
from proofup.oauth.door import Door, answer, caller_of
from proofup.oauth.fields import Fields, proof_in, read_fields
from proofup.oauth.token_answers import of_person, takes_challenges
from proofup.tokens.application import Application

TOKEN = "/{tenant}/oauth2/v2.0/token"  # noqa: S105 - an address

ON_BEHALF_OF = "on_behalf_of"

Grant: TypeAlias = Callable[[Door, Application, Fields, Caller], Awaitable[dict[str, Any]]]


async def token(door: Door, request: Request) -> Response:
    """Give a token to whoever proves a right to one."""
    door.tenant_part(request)
    fields, caller = await read_fields(request), caller_of(request)
    kind = fields.needed("grant_type")
    grant = GRANTS.get(kind)
    if grant is None:
        raise GrantRefusedError(Refused.UNKNOWN_GRANT, kind)
    application = await authenticated(door.ports, proof_in(request, fields), caller)
    return answer(await grant(door, application, fields, caller))


async def _client_credentials(
    door: Door, application: Application, fields: Fields, caller: Caller
) -> dict[str, Any]:
    granted = await client_credentials(
        door.ports,
        application,
        fields["scope"],
        caller,
        takes_challenges=takes_challenges(fields["claims"]),
    )
    # Without ``scope``, as Entra: a client credentials answer has none.
    return {
        "token_type": "Bearer",
        "expires_in": granted.expires_in_seconds,
        "ext_expires_in": granted.expires_in_seconds,
        "access_token": granted.access_token.reveal(),
    }


async def _code(
    door: Door, application: Application, fields: Fields, caller: Caller
) -> dict[str, Any]:
    tokens = await exchange_code(
        door.ports,
        application,
        fields.needed("code"),
        redirect_uri=fields["redirect_uri"],
        verifier=fields["code_verifier"],
        takes_challenges=takes_challenges(fields["claims"]),
        caller=caller,
    )
    return of_person(tokens, fields)


async def _refresh(
    door: Door, application: Application, fields: Fields, caller: Caller
) -> dict[str, Any]:
    tokens = await refresh(
        door.ports,
        application,
        fields.needed("refresh_token"),
        scope=fields["scope"],
        takes_challenges=takes_challenges(fields["claims"]),
        caller=caller,
    )
    return of_person(tokens, fields)


async def _on_behalf_of(
    door: Door, application: Application, fields: Fields, caller: Caller
) -> dict[str, Any]:
    if fields["requested_token_use"] != ON_BEHALF_OF:
        raise GrantRefusedError(Refused.MISSING_PARAMETER, "requested_token_use")
    tokens = await on_behalf_of(
        door.ports,
        application,
        fields.needed("assertion"),
        scope=fields.needed("scope"),
        takes_challenges=takes_challenges(fields["claims"]),
        caller=caller,
    )
    return of_person(tokens, fields)


GRANTS: Mapping[str, Grant] = {
    "client_credentials": _client_credentials,
    "authorization_code": _code,
    "refresh_token": _refresh,
    "urn:ietf:params:oauth:grant-type:jwt-bearer": _on_behalf_of,
    "urn:ietf:params:oauth:grant-type:device_code": poll,
    "device_code": poll,  # as msal-node and MSAL.NET spell it
}
