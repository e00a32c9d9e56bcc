"""Metadata (OpenID Connect Discovery 1.0) and the published keys, under each name of the tenant."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.oauth.door import Door, answer
from proofup.tokens.jwt import public_key
from proofup.tokens.tenant import ADFS, ANY_TENANT, COMMON, ORGANIZATIONS
from proofup.web.request_context import context_of

METADATA = "/{tenant}/v2.0/.well-known/openid-configuration"
OF_ADFS = "/adfs/.well-known/openid-configuration"
KEYS = "/{tenant}/discovery/v2.0/keys"
CLAIMS = (
    "sub iss aud exp iat nbf auth_time acr amr nonce preferred_username name tid ver at_hash "
    "c_hash email oid sid"
)


async def metadata(door: Door, request: Request) -> Response:
    """Return the metadata. At an alias the issuer is a pattern, as Entra's."""
    return _metadata(door, door.tenant_part(request))


async def metadata_of_adfs(door: Door, _: Request) -> Response:
    """Return the metadata where a client of AD FS looks for it."""
    return _metadata(door, ADFS)


def _metadata(door: Door, named: str) -> Response:
    tenant = door.ports.tenant
    is_any = named in {COMMON, ORGANIZATIONS}
    issuer = f"{tenant.origin}/{ANY_TENANT}/v2.0" if is_any else tenant.issuer
    # Clients take the tenant from the path of the token endpoint, so it stays as they wrote it.
    at = f"{tenant.origin}/{named}"
    body = {
        "issuer": issuer,
        "authorization_endpoint": f"{at}/oauth2/v2.0/authorize",
        "token_endpoint": f"{at}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{at}/oauth2/v2.0/devicecode",
        "jwks_uri": f"{at}/discovery/v2.0/keys",
        "userinfo_endpoint": f"{tenant.origin}/oidc/userinfo",
        "end_session_endpoint": f"{at}/oauth2/v2.0/logout",
        "response_types_supported": ["code", "id_token", "code id_token"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "private_key_jwt",
            "client_secret_basic",
        ],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": CLAIMS.split(),
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "frontchannel_logout_supported": False,
        "tenant_region_scope": None,
        "cloud_instance_name": tenant.origin.partition("://")[2],
        "msgraph_host": tenant.origin.partition("://")[2],
    }
    return answer(body, cached=True)


async def keys(door: Door, request: Request) -> Response:
    """Return the public halves of all published keys (RFC 7517)."""
    door.tenant_part(request)
    published = await door.ports.keys.published(context_of(request.scope).at)
    return answer({"keys": [public_key(one) for one in published]})
