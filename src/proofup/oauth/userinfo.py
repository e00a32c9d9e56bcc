"""The userinfo endpoint (OpenID Connect Core §5.3): who it is that a token is about."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from proofup.granting.bearer import Reason, TokenRefusedError, bearer
from proofup.oauth.door import Door, answer
from proofup.tokens.access_token import pairwise
from proofup.web.programs import Refusal
from proofup.web.request_context import RequestContext, context_of

USERINFO = "/oidc/userinfo"
BEARER = "bearer "
CHALLENGE: Mapping[str, str] = {"www-authenticate": 'Bearer error="invalid_token"'}
PREFLIGHT: Mapping[str, str] = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "3600",
}


async def userinfo(door: Door, request: Request) -> Response:
    """Return the person of the token; ``sub`` is that of the ID token."""
    context, header = context_of(request.scope), request.headers.get("authorization", "")
    if not header.lower().startswith(BEARER):
        raise TokenRefusedError(Reason.MALFORMED)
    found = await bearer(
        door.ports,
        header[len(BEARER) :].strip(),
        correlation_id=context.correlation_id,
        client=context.client,
        language=context.language,
        at=context.at,
    )
    if found.person is None:
        raise TokenRefusedError(Reason.WRONG_TYPE)
    user = found.person.user
    told = {
        "sub": pairwise(user.id, found.application_id),
        "name": user.display_name,
        "preferred_username": user.user_principal_name,
        "given_name": user.given_name,
        "family_name": user.surname,
        "email": user.mail,
    }
    return answer({name: value for name, value in told.items() if value is not None})


async def preflight(_: Door, __: Request) -> Response:
    """Allow scripts of other origins to send their token here."""
    return Response(status_code=204, headers=PREFLIGHT)


def refused(error: TokenRefusedError, _: RequestContext) -> Refusal:
    """Return what is told of a token that lets nobody in."""
    return Refusal(
        401, "invalid_token", f"AADSTS50027: The token is refused: {error.reason}.", CHALLENGE
    )
