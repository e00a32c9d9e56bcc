"""What Microsoft's clients ask of a cloud before they sign anybody in.

Their lists of known clouds do not have this one, so each asks here what the addresses are.
"""

from starlette.requests import Request
from starlette.responses import Response

from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.oauth.door import Door, answer
from proofup.values.url_parts import url_parts

REALM = "/{tenant}/userrealm/{name}"
INSTANCE = "/{tenant}/discovery/instance"
ENDPOINTS = "/metadata/endpoints"
TENANTS = "/tenants"
SUBSCRIPTIONS = "/subscriptions"
WEBFINGER = "/.well-known/webfinger"
TRUSTED_REALM = "http://schemas.microsoft.com/rel/trusted-realm"


async def realm(door: Door, request: Request) -> Response:
    """Say that every name signs in here, known or not."""
    door.tenant_part(request)
    name = str(request.path_params["name"])
    domain = name.rpartition("@")[2]
    return answer({"ver": "1.0", "account_type": "Managed", "domain_name": domain})


async def instance(door: Door, request: Request) -> Response:
    """Say where the metadata of the tenant is that an authorize endpoint names."""
    door.tenant_part(request)
    path = url_parts(request.query_params.get("authorization_endpoint", "")).path
    named = path.strip("/").partition("/")[0]
    tenant = door.ports.tenant
    if not tenant.is_called(named):
        raise GrantRefusedError(Refused.UNKNOWN_TENANT, named)
    host = tenant.origin.partition("://")[2]
    return answer(
        {
            "tenant_discovery_endpoint": f"{tenant.origin}/{named}/v2.0/"
            ".well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [
                {"preferred_network": host, "preferred_cache": host, "aliases": [host]},
            ],
        }
    )


async def endpoints(door: Door, _: Request) -> Response:
    """Describe this cloud for ``az cloud register``."""
    origin = door.ports.tenant.origin
    return answer(
        {
            "name": "Proofup",
            "portal": origin,
            "authentication": {
                "loginEndpoint": origin,
                "audiences": [origin],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "resourceManager": origin,
            "microsoftGraphResourceId": f"{origin}/",
            "graphAudience": origin,
            "graph": origin,
            "suffixes": {},
        }
    )


async def webfinger(door: Door, request: Request) -> Response:
    """Confirm to a client of AD FS that this origin signs its people in."""
    asked = request.query_params.get("resource", "")
    link = {"rel": TRUSTED_REALM, "href": door.ports.tenant.origin}
    return answer({"subject": asked, "links": [link]})
