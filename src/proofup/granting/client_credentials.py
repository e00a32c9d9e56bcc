"""An application acts by itself: the client credentials grant (RFC 6749 §4.4)."""

from msgspec import Struct

from proofup.granting.app_roles import held_roles_of
from proofup.granting.caller import Caller
from proofup.granting.finding import resource_called
from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.tokens.access_token import LIFETIME, for_application
from proofup.tokens.application import GRAPH, Application
from proofup.tokens.jwt import TokenType, sign
from proofup.tokens.resources import InvalidScopeError, asked_scopes
from proofup.values.secret import Secret


class Granted(Struct, frozen=True, kw_only=True):
    """What a grant gives: an access token, and its scopes as they were asked for."""

    access_token: Secret[str]
    expires_in_seconds: int
    scope: str


async def client_credentials(
    ports: Ports, application: Application, scope: str, caller: Caller, *, takes_challenges: bool
) -> Granted:
    """Return a token for ``application``, which has proven itself. Raises GrantRefusedError."""
    if application.is_public:
        raise GrantRefusedError(Refused.NOT_THIS_GRANT, application.id)
    if not scope.strip():
        raise GrantRefusedError(Refused.MISSING_PARAMETER, "scope")
    try:
        asked = asked_scopes(scope, ports.tenant)
    except InvalidScopeError as error:
        raise GrantRefusedError(Refused.INVALID_SCOPE, scope) from error
    if not asked.is_default:
        raise GrantRefusedError(Refused.NOT_DEFAULT_SCOPE, scope)
    audience, roles = GRAPH, application.permissions
    if asked.resource:
        resource = await resource_called(ports, asked.resource)
        if resource is None or not resource.enabled:
            raise GrantRefusedError(Refused.UNKNOWN_RESOURCE, asked.resource)
        audience, roles = resource.id, held_roles_of(application, resource)
    claims = for_application(
        application,
        ports.tenant,
        audience=audience,
        roles=roles,
        takes_challenges=takes_challenges,
        at=caller.at,
        entropy=ports.entropy,
    )
    token = sign(claims.as_json(), await ports.keys.signing(caller.at), TokenType.ACCESS)
    return Granted(
        access_token=Secret(token),
        expires_in_seconds=int(LIFETIME.total_seconds()),
        scope=" ".join(asked.spelled),
    )
