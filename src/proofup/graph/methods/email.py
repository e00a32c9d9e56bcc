"""``emailAuthenticationMethod``: the address for a password reset, the same id for everybody."""

from collections.abc import Sequence

from msgspec import Struct

from proofup.administration.add_method_for import add_method_for
from proofup.administration.change_method_for import change_method_for
from proofup.administration.planned import carry_out
from proofup.graph.answers import NO_CONTENT, Answer, Resource, entity, instant
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.held import address_of, method_called, not_registered, sight_of
from proofup.graph.operations import Operation, of_user
from proofup.graph.resources import Configuration, MethodResource, Sight
from proofup.graph.scopes import changing_methods
from proofup.graph.targets import check_may, target_in
from proofup.methods.email import SLOT, WAY, address_in
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.policy.permissions import Permission
from proofup.values.mail_addresses import masked_address

ID = "3ddfcfc8-9383-446f-83cc-3ab9be4be18f"


class Address(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST and PATCH."""

    email_address: str


def _shown(held: RegisteredMethod, sight: Sight) -> Resource:
    address = address_in(held)
    text = address if sight.numbers else masked_address(address)
    return {
        "createdDateTime": instant(held.created_at),
        "emailAddress": text if sight.details else None,
    }


RESOURCE = MethodResource(
    segment="emailMethods",
    type="emailAuthenticationMethod",
    scope="Email",
    show=_shown,
    ids={SLOT: ID},
    counted=lambda _: "email",
    configurations=(
        Configuration(id="Email", type="emailAuthenticationMethodConfiguration", ways=(WAY,)),
    ),
)


def operations(kind: MethodKind) -> Sequence[Operation]:
    """Return what can be done to the address beside reading and deleting it."""

    async def create(call: Call) -> Answer:
        target = await target_in(call)
        check_may(call, Permission.ADD_METHODS, target)
        typed, ports = {"mail": call.body(Address).email_address}, call.door.ports
        if any(one.slot == SLOT for one in target.held):
            raise bad_request("An e-mail method exists; update it.")
        act = await add_method_for(ports, call.actor, target, kind, typed, slot=SLOT, at=call.at)
        await carry_out(ports, act)
        after = await target_in(call)
        (held,) = (one for one in after.held if one.slot == SLOT)
        address = f"{address_of(after)}/{RESOURCE.segment}"
        return entity(
            call.metadata(address, one=True),
            RESOURCE.shown(held, sight_of(call, after)),
            status=201,
            location=f"{call.root}/{address}/{ID}",
        )

    async def update(call: Call) -> Answer:
        target, named = await target_in(call), call.params["method"]
        check_may(call, Permission.ADD_METHODS, target)
        held, its = method_called(call, target, named)
        if its is not RESOURCE:
            raise not_registered(named)
        typed, ports = {"mail": call.body(Address).email_address}, call.door.ports
        await carry_out(
            ports, change_method_for(ports, call.actor, target, held, typed, at=call.at)
        )
        return NO_CONTENT

    scopes = changing_methods(RESOURCE.scope)
    below = f"/authentication/{RESOURCE.segment}"
    return [
        *of_user("POST", below, create, scopes),
        *of_user("PATCH", f"{below}/{{method}}", update, scopes),
        *of_user("PUT", f"{below}/{{method}}", update, scopes),
    ]
