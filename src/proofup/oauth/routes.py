"""The addresses of this door for programs."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.granting.bearer import TokenRefusedError
from proofup.oauth import azure, clouds, device, discovery, token, userinfo
from proofup.oauth.dialect import OWN, OAuthDialect, as_oauth
from proofup.oauth.door import Door
from proofup.oauth.own_answers import OWN_ANSWERS
from proofup.web.mount import Mount

PATTERN = (
    r"/[^/]+/(?:oauth2/v2\.0/(?:token|devicecode)|discovery/v2\.0|v2\.0/\.well-known|userrealm)"
    r"(?:/|\Z)"
)
PATHS = (
    *("/common", "/organizations", "/adfs", "/oidc", clouds.ENDPOINTS),
    *(clouds.TENANTS, clouds.SUBSCRIPTIONS, clouds.WEBFINGER),
)


def programs_mounted(door: Door) -> Mount:
    """Return the door for programs, made with ``door``."""

    def get(path: str, endpoint: Callable[[Door, Request], Awaitable[Response]]) -> Route:
        return Route(path, partial(endpoint, door), methods=["GET"])

    return Mount(
        paths=frozenset(PATHS),
        pattern=PATTERN,
        dialect=OAuthDialect(as_oauth, {**OWN, TokenRefusedError: userinfo.refused}),
        routes=[
            # First, because it is asked for most and the routes are tried in their order.
            Route(token.TOKEN, partial(token.token, door), methods=["POST"]),
            get(discovery.METADATA, discovery.metadata),
            get(discovery.OF_ADFS, discovery.metadata_of_adfs),
            get(clouds.REALM, clouds.realm),
            get(clouds.INSTANCE, clouds.instance),
            get(clouds.ENDPOINTS, clouds.endpoints),
            get(clouds.TENANTS, azure.tenants),
            get(clouds.SUBSCRIPTIONS, azure.subscriptions),
            get(clouds.WEBFINGER, clouds.webfinger),
            Route(userinfo.USERINFO, partial(userinfo.userinfo, door), methods=["GET", "POST"]),
            Route(userinfo.USERINFO, partial(userinfo.preflight, door), methods=["OPTIONS"]),
            get(discovery.KEYS, discovery.keys),
            Route(device.DEVICE_CODE, partial(device.begin, door), methods=["POST"]),
        ],
        for_programs=True,
        own_answers=OWN_ANSWERS,
    )
