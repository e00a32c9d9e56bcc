"""``microsoftAuthenticatorAuthenticationMethod``: a device that registered itself."""

from collections.abc import Sequence

from proofup.graph.answers import Answer, Resource, instant
from proofup.graph.call import Call
from proofup.graph.held import method_called, not_registered, readable
from proofup.graph.operations import Operation, of_user
from proofup.graph.resources import Configuration, MethodResource, Sight
from proofup.graph.scopes import reading_methods
from proofup.methods.microsoft_authenticator import CODE, PUSH, device_name
from proofup.methods.registered_methods import MethodKind, RegisteredMethod


def _shown(held: RegisteredMethod, sight: Sight) -> Resource:
    return {
        "createdDateTime": instant(held.created_at),
        "displayName": device_name(held) if sight.details else None,
        "deviceTag": "SoftwareTokenActivated",
        "phoneAppVersion": None,
    }


RESOURCE = MethodResource(
    segment="microsoftAuthenticatorMethods",
    type="microsoftAuthenticatorAuthenticationMethod",
    scope="MicrosoftAuthApp",
    show=_shown,
    counted=lambda _: "microsoftAuthenticatorPush",
    used={PUSH: "appNotification", CODE: "appCode"},
    configurations=(
        Configuration(
            id="MicrosoftAuthenticator",
            type="microsoftAuthenticatorAuthenticationMethodConfiguration",
            ways=(PUSH, CODE),
            switches={"isSoftwareOathEnabled": CODE},
            target={"authenticationMode": "push"},
        ),
    ),
)


def operations(_: MethodKind) -> Sequence[Operation]:
    """Return what tells the device of the directory that is behind an app: always none."""
    path = f"/authentication/{RESOURCE.segment}/{{method}}/device"
    return of_user("GET", path, _device, reading_methods(RESOURCE.scope))


async def _device(call: Call) -> Answer:
    """Return null: Graph has a device only where the app signs in without a password."""
    target, named = await readable(call), call.params["method"]
    _, resource = method_called(call, target, named)
    if resource is not RESOURCE:
        raise not_registered(named)
    null = {"@odata.context": f"{call.root}/$metadata#Edm.Null", "@odata.null": True}
    return Answer(body=null)
