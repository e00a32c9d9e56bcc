"""``microsoftAuthenticatorAuthenticationMethod``: a device that registered itself."""

from proofup.graph.answers import Resource, instant
from proofup.graph.resources import Configuration, MethodResource, Sight
from proofup.methods.microsoft_authenticator import PUSH, device_name
from proofup.methods.protocol import RegisteredMethod


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
    configurations=(
        Configuration(
            id="MicrosoftAuthenticator",
            type="microsoftAuthenticatorAuthenticationMethodConfiguration",
            ways=(PUSH,),
        ),
    ),
)
