"""``fido2AuthenticationMethod``: a passkey, which its owner registers in a browser."""

from proofup.graph.answers import Resource, instant
from proofup.graph.methods.passkey_rules import OWN, rules, settings
from proofup.graph.resources import Configuration, MethodResource, Sight
from proofup.methods.fido2 import WAY, facts_of
from proofup.methods.protocol import RegisteredMethod


def _shown(held: RegisteredMethod, sight: Sight) -> Resource:
    facts = facts_of(held)
    return {
        "createdDateTime": instant(held.created_at),
        "displayName": facts.display_name if sight.details else None,
        "aaGuid": facts.aaguid or None,
        "model": facts.model,
        "attestationCertificates": [],
        "attestationLevel": "notAttested" if facts.model is None else "attested",
        "passkeyType": "synced" if facts.is_synced else "deviceBound",
    }


RESOURCE = MethodResource(
    segment="fido2Methods",
    type="fido2AuthenticationMethod",
    scope="Passkey",
    show=_shown,
    counted=lambda _: "fido2SecurityKey",
    registered=lambda held: "passKeySynced" if facts_of(held).is_synced else "passKeyDeviceBound",
    configurations=(
        Configuration(
            id="Fido2",
            type="fido2AuthenticationMethodConfiguration",
            ways=(WAY,),
            settings=settings,
            rules=rules,
            own_rules=OWN,
        ),
    ),
)
