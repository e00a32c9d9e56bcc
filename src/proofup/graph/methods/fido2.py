"""``fido2AuthenticationMethod``: a passkey, which its owner registers in a browser.

An administrator may make one for somebody on a security key at hand, with a program that talks to
it: it asks for ``creationOptions``, and posts what the key has answered.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct

from proofup.administration.planned import carry_out
from proofup.administration.provision_method import ask_device, provision_method
from proofup.administration.rename_method_for import rename_method_for
from proofup.graph.answers import NO_CONTENT, Answer, Resource, entity, instant
from proofup.graph.call import Call
from proofup.graph.held import address_of, method_called, not_registered, sight_of
from proofup.graph.methods.passkey_rules import OWN, rules_told, settings
from proofup.graph.operations import Operation, of_user
from proofup.graph.resources import Configuration, MethodResource, Sight
from proofup.graph.scopes import changing_methods
from proofup.graph.setting_rules import bad_value
from proofup.graph.targets import check_may, target_in
from proofup.methods.fido2 import KIND, WAY, facts_of
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.policy.permissions import Permission
from proofup.policy.rules import Policy
from proofup.policy.target import Target

TIMEOUT = "challengeTimeoutInMinutes"
USUAL = "5"
MOST_DIGITS = 5
OPTIONS_TYPE = "microsoft.graph.webauthnCredentialCreationOptions"


class Response(Struct, frozen=True, kw_only=True):
    """What an authenticator answers, in Base64url; what else it says is not used."""

    client_data: str = msgspec.field(name="clientDataJSON")
    attestation: str = msgspec.field(name="attestationObject")


class Credential(Struct, frozen=True, kw_only=True):
    """A ``PublicKeyCredential`` as JSON has it."""

    id: str
    response: Response

    @property
    def answer(self) -> str:
        """The JSON that the ceremony is judged by."""
        told = {"id": self.id, "rawId": self.id, "type": "public-key"}
        response = {
            "clientDataJSON": self.response.client_data,
            "attestationObject": self.response.attestation,
        }
        return json.dumps({**told, "response": response, "clientExtensionResults": {}})


class NewPasskey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST."""

    display_name: str
    public_key_credential: Credential


class Name(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of PATCH."""

    display_name: str


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


def _rules(told: Resource, policy: Policy) -> Mapping[str, str]:
    found = rules_told(told, policy.methods.get(KIND, {}))
    return {f"{KIND}.{name}": text for name, text in found.items()}


RESOURCE = MethodResource(
    segment="fido2Methods",
    type="fido2AuthenticationMethod",
    scope="Passkey",
    show=_shown,
    counted=lambda _: "fido2SecurityKey",
    registered=lambda held: "passKeySynced" if facts_of(held).is_synced else "passKeyDeviceBound",
    used={WAY: "fido2SecurityKey"},
    configurations=(
        Configuration(
            id="Fido2",
            type="fido2AuthenticationMethodConfiguration",
            ways=(WAY,),
            settings=lambda policy: settings(policy.methods.get(KIND, {})),
            rules=_rules,
            own_rules=[f"{KIND}.{name}" for name in OWN],
        ),
    ),
)


def operations(kind: MethodKind) -> Sequence[Operation]:
    """Return what gives somebody a passkey, and what names one."""

    async def options(call: Call) -> Answer:
        """Ask an authenticator to make a passkey for somebody, who is not the caller."""
        target, ports = await _target(call), call.door.ports
        lifetime = timedelta(minutes=_minutes(call))
        act = ask_device(ports, call.actor, target, kind, lifetime=lifetime, at=call.at)
        asked = await carry_out(ports, act)
        shown = {
            "challengeTimeoutDateTime": instant(asked.ends_at),
            "publicKey": _public_key(json.loads(asked.options)),
        }
        return entity(call.metadata(OPTIONS_TYPE), shown)

    async def create(call: Call) -> Answer:
        """Store the passkey that an authenticator has made."""
        target, body, ports = await _target(call), call.body(NewPasskey), call.door.ports
        act = await provision_method(
            ports,
            call.actor,
            target,
            kind,
            name=body.display_name,
            answer=body.public_key_credential.answer,
            at=call.at,
        )
        made = await carry_out(ports, act)
        there = await target_in(call)
        address = f"{address_of(there)}/{RESOURCE.segment}"
        return entity(
            call.metadata(address, one=True),
            RESOURCE.shown(made, sight_of(call, there)),
            status=201,
            location=f"{call.root}/{address}/{made.id}",
        )

    async def rename(call: Call) -> Answer:
        """Give a passkey another name."""
        target, named = await target_in(call), call.params["method"]
        check_may(call, Permission.ADD_METHODS, target)
        held, resource = method_called(call, target, named)
        if resource is not RESOURCE:
            raise not_registered(named)
        ports, name = call.door.ports, call.body(Name).display_name
        act = rename_method_for(ports, call.actor, target, held, name, at=call.at)
        await carry_out(ports, act)
        return NO_CONTENT

    scopes, below = changing_methods(RESOURCE.scope), f"/authentication/{RESOURCE.segment}"
    return [
        *of_user("GET", f"{below}/creationOptions", options, scopes),
        *of_user("POST", below, create, scopes),
        *of_user("PATCH", f"{below}/{{method}}", rename, scopes),
    ]


async def _target(call: Call) -> Target:
    """Return for whom a passkey is made: never for oneself, which takes the browser."""
    target = await target_in(call)
    check_may(call, Permission.ISSUE_METHODS, target)
    check_may(call, Permission.ADD_METHODS, target)
    return target


def _minutes(call: Call) -> int:
    asked = call.argument(TIMEOUT)
    told = USUAL if asked is None else asked
    if not (told.isascii() and told.isdecimal() and len(told) <= MOST_DIGITS):
        raise bad_value(TIMEOUT, "5 to 43200")
    return int(told)


def _public_key(options: dict[str, Any]) -> Resource:
    """Return the options as Graph has them: that the key stays on the device is one word there."""
    chosen = options["authenticatorSelection"]
    kept = {name: value for name, value in chosen.items() if name != "residentKey"}
    return {**options, "authenticatorSelection": kept}
