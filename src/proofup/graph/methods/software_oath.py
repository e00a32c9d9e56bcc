"""``softwareOathAuthenticationMethod``: an app, whose key is never told again."""

from proofup.graph.answers import Resource, instant
from proofup.graph.resources import Configuration, MethodResource, Sight
from proofup.methods.registered_methods import RegisteredMethod
from proofup.methods.software_oath import WAY


def _shown(held: RegisteredMethod, _: Sight) -> Resource:
    return {"createdDateTime": instant(held.created_at), "secretKey": None}


RESOURCE = MethodResource(
    segment="softwareOathMethods",
    type="softwareOathAuthenticationMethod",
    scope="SoftwareOATH",
    show=_shown,
    counted=lambda _: "softwareOneTimePasscode",
    used={WAY: "softwareOneTimePasscode"},
    configurations=(
        Configuration(
            id="SoftwareOath",
            type="softwareOathAuthenticationMethodConfiguration",
            ways=(WAY,),
        ),
    ),
)
