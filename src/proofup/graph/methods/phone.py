"""``phoneAuthenticationMethod``: one of each type, with ids that are the same for everybody."""

import re
from collections.abc import Sequence

from msgspec import UNSET, Struct, UnsetType

from proofup.administration.add_method_for import add_method_for
from proofup.administration.change_method_for import change_method_for
from proofup.administration.planned import carry_out
from proofup.graph.answers import NO_CONTENT, Answer, Resource, entity, instant
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.held import address_of, method_called, sight_of
from proofup.graph.operations import Operation, of_user
from proofup.graph.resources import BETA, BOTH, Configuration, MethodResource, Sight
from proofup.graph.scopes import changing_methods
from proofup.graph.targets import check_may, is_own, target_in
from proofup.methods.phone import (
    ALTERNATE_MOBILE,
    MOBILE,
    OFFICE,
    SMS,
    VOICE_ALTERNATE_MOBILE,
    VOICE_MOBILE,
    VOICE_OFFICE,
    number_of,
)
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.policy.permissions import Permission
from proofup.policy.target import Target

IDS = {
    MOBILE: "3179e48a-750b-4051-897c-87b9720928f7",
    ALTERNATE_MOBILE: "b6332ec1-7057-4abe-9331-3d72feddfe41",
    OFFICE: "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}
TYPES = {MOBILE: "mobile", ALTERNATE_MOBILE: "alternateMobile", OFFICE: "office"}
REGISTERED = {
    MOBILE: "mobilePhone",
    ALTERNATE_MOBILE: "alternateMobilePhone",
    OFFICE: "officePhone",
}
ANY = "/authentication/methods/{method}"
VOICES = (VOICE_MOBILE, VOICE_OFFICE, VOICE_ALTERNATE_MOBILE)
SLOTS = {word: slot for slot, word in TYPES.items()}
NUMBER = re.compile(r"(\+[1-9]\d{0,3} \d{4,15})(?:x(\d{1,10}))?", re.ASCII)
FORM = "Invalid phone number. Expected '+{country code} {number}x{extension}' with one space."
SIGN_IN_OFF = "The user is not enabled by policy to sign in with a phone number."
MOBILE_STAYS = (
    "The mobile phone cannot be deleted while there is an alternate mobile phone. Set the mobile "
    "phone to the number that is wanted, then delete the alternate mobile phone."
)


class NewPhone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST."""

    phone_number: str
    phone_type: str


class ChangedPhone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of PATCH."""

    phone_number: str | UnsetType = UNSET
    phone_type: str | UnsetType = UNSET


def _shown(held: RegisteredMethod, sight: Sight) -> Resource:
    number = number_of(held)
    text = str(number).replace("X", "x") if sight.numbers else number.masked
    state = "notAllowedByPolicy" if held.slot == MOBILE else "notSupported"
    return {
        "createdDateTime": instant(held.created_at),
        "phoneNumber": text if sight.details else None,
        "phoneType": TYPES[held.slot],
        "smsSignInState": state,
    }


def _keep(going: RegisteredMethod, others: Sequence[RegisteredMethod]) -> str | None:
    has_alternate = any(one.slot == ALTERNATE_MOBILE for one in others)
    return MOBILE_STAYS if going.slot == MOBILE and has_alternate else None


RESOURCE = MethodResource(
    segment="phoneMethods",
    type="phoneAuthenticationMethod",
    scope="Phone",
    show=_shown,
    ids=IDS,
    keep=_keep,
    counted=REGISTERED.__getitem__,
    used={
        SMS: "mobileSMS",
        VOICE_MOBILE: "mobileCall",
        VOICE_OFFICE: "officePhone",
        VOICE_ALTERNATE_MOBILE: "alternateMobileCall",
    },
    configurations=(
        Configuration(
            id="Sms",
            type="smsAuthenticationMethodConfiguration",
            ways=(SMS,),
            target={"isUsableForSignIn": False},
        ),
        Configuration(
            id="Voice",
            type="voiceAuthenticationMethodConfiguration",
            ways=VOICES,
            switches={"isOfficePhoneAllowed": VOICE_OFFICE},
        ),
    ),
)


def operations(kind: MethodKind) -> Sequence[Operation]:
    """Return what can be done to phones beside reading and deleting them."""

    async def create(call: Call) -> Answer:
        """Register a phone. It counts once it has answered."""
        target = await _changeable(call)
        body = call.body(NewPhone)
        slot = _slot(body.phone_type)
        filled = {one.slot for one in target.held}
        if slot in filled:
            message = f"A phone of type {body.phone_type} exists; update it."
            raise bad_request(message)
        if slot == ALTERNATE_MOBILE and MOBILE not in filled:
            raise bad_request("An alternate mobile phone needs a mobile phone.")
        typed, ports = _typed(body.phone_number), call.door.ports
        act = await add_method_for(ports, call.actor, target, kind, typed, slot=slot, at=call.at)
        await carry_out(ports, act)
        return await _stored(call, slot)

    async def update(call: Call) -> Answer:
        """Set another number; the one before is told that it has gone."""
        target = await _changeable(call)
        held, _ = method_called(call, target, call.params["method"])
        body = call.body(ChangedPhone)
        if held.slot not in TYPES or body.phone_type not in {UNSET, TYPES[held.slot]}:
            raise bad_request("The type of a phone cannot be changed.")
        if isinstance(body.phone_number, UnsetType):
            raise bad_request("Expected 'phoneNumber'.")
        typed, ports = _typed(body.phone_number), call.door.ports
        await carry_out(
            ports, change_method_for(ports, call.actor, target, held, typed, at=call.at)
        )
        return NO_CONTENT

    async def refuse_sign_in(call: Call) -> Answer:
        """Refuse to let a number stand for the user name: no rule allows it, for anybody."""
        target = await target_in(call)
        if not is_own(call, target):
            check_may(call, Permission.ADD_METHODS, target)
        method_called(call, target, call.params["method"])
        raise bad_request(SIGN_IN_OFF)

    scopes = changing_methods(RESOURCE.scope)
    below = f"/authentication/{RESOURCE.segment}"
    return [
        *of_user("POST", below, create, scopes),
        *of_user("PATCH", f"{below}/{{method}}", update, scopes),
        *of_user("PUT", f"{below}/{{method}}", update, scopes),
        *(
            one
            for path, versions in ((f"{below}/{{method}}", BOTH), (ANY, BETA))
            for word in ("enableSmsSignIn", "disableSmsSignIn")
            for one in of_user(
                "POST",
                f"{path}/{word}",
                refuse_sign_in,
                scopes,
                versions=versions,
                is_refusal=True,
            )
        ),
    ]


async def _changeable(call: Call) -> Target:
    """Return whose phones the caller may change: never their own, which take a proof of them."""
    target = await target_in(call)
    check_may(call, Permission.ADD_METHODS, target)
    return target


async def _stored(call: Call, slot: str) -> Answer:
    target = await target_in(call)
    (held,) = (one for one in target.held if one.slot == slot)
    address = f"{address_of(target)}/{RESOURCE.segment}"
    return entity(
        call.metadata(address, one=True),
        RESOURCE.shown(held, sight_of(call, target)),
        status=201,
        location=f"{call.root}/{address}/{RESOURCE.id_of(held)}",
    )


def _slot(word: str) -> str:
    if word not in SLOTS:
        message = f"Invalid phoneType: expected one of {', '.join(SLOTS)}."
        raise bad_request(message)
    return SLOTS[word]


def _typed(number: str) -> dict[str, str]:
    match = NUMBER.fullmatch(number)
    if match is None:
        raise bad_request(FORM)
    # A landline is taken as a mobile phone too: it is called.
    return {"number": match[1], "extension": match[2] or "", "way": VOICE_MOBILE}
