"""The rules of passkeys as ``fido2AuthenticationMethodConfiguration`` has them.

``keyRestrictions`` are two rules here. A list that is not enforced is shown as one that would block
models. Which kinds of passkey are allowed Graph says in profiles, which are not served.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from proofup.graph.answers import Resource
from proofup.graph.setting_rules import (
    bad_value,
    check_same,
    flag_in,
    not_carried,
    object_in,
    text_of,
)
from proofup.methods.passkey_rules import Configuration, Enforcement

ATTESTED, SELF_SERVICE = "isAttestationEnforced", "isSelfServiceRegistrationAllowed"
RESTRICTIONS = "keyRestrictions"
ENFORCED, TYPE, MODELS = "isEnforced", "enforcementType", "aaGuids"
TYPES = ("allow", "block")
OWN = (ATTESTED, TYPE, MODELS, "passkeyTypes")


def settings(rules: Mapping[str, Any]) -> Resource:
    """Return the ``rules`` of passkeys that were set, and the defaults, under Graph's names."""
    own = msgspec.convert(rules, Configuration)
    is_enforced = own.enforcement_type is not Enforcement.NONE
    return {
        ATTESTED: own.is_attestation_enforced,
        SELF_SERVICE: True,
        RESTRICTIONS: {
            ENFORCED: is_enforced,
            TYPE: str(own.enforcement_type if is_enforced else Enforcement.BLOCK),
            MODELS: sorted(one for one in own.models if one),
        },
    }


def rules_told(told: Resource, rules: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the rules, by their own names, that say what is ``told``. Raises CallRefusedError."""
    present, found = settings(rules), dict[str, str]()
    if ATTESTED in told:
        found[ATTESTED] = text_of(told[ATTESTED], present[ATTESTED], ATTESTED)
    if SELF_SERVICE in told:
        check_same(told[SELF_SERVICE], present[SELF_SERVICE], SELF_SERVICE)
    if RESTRICTIONS in told:
        found |= _restrictions(object_in(told[RESTRICTIONS], RESTRICTIONS), present[RESTRICTIONS])
    return found


def _restrictions(told: Mapping[str, Any], present: Mapping[str, Any]) -> Mapping[str, str]:
    for name in told:
        if name not in present:
            raise not_carried(RESTRICTIONS, name)
    wanted, of_type = {**present, **told}, "keyRestrictions/enforcementType"
    word, models = wanted[TYPE], wanted[MODELS]
    is_enforced = flag_in(wanted[ENFORCED], "keyRestrictions/isEnforced")
    is_said = present[ENFORCED] or TYPE in told
    if word not in TYPES or (is_enforced and not is_said):
        raise bad_value(of_type, "allow or block")
    if not isinstance(models, list) or not all(isinstance(one, str) for one in models):
        raise bad_value("keyRestrictions/aaGuids", "a list of texts")
    if not is_enforced and TYPE in told:
        check_same(word, str(Enforcement.BLOCK), of_type)  # a list that is not enforced has no type
    return {
        TYPE: word if is_enforced else str(Enforcement.NONE),
        MODELS: ", ".join(models),
    }
