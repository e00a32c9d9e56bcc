"""Deleting a method, in the order that Graph keeps: the default goes last."""

from proofup.administration.delete_method import delete_method
from proofup.administration.planned import carry_out
from proofup.challenges.options import options_of
from proofup.graph.answers import NO_CONTENT, Answer
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.held import method_called, not_registered
from proofup.graph.operations import Handle
from proofup.graph.own import own_actor
from proofup.graph.resources import MethodResource
from proofup.graph.targets import check_may, is_own, target_in
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.permissions import Permission
from proofup.policy.proofs import preferred
from proofup.policy.target import Target
from proofup.registration.remove import remove

DEFAULT_STAYS = (
    "The requested authentication method id of [{}] matches the user's current default "
    "authentication method, and cannot be deleted until the default authentication method is "
    "changed"
)


def deleting(resource: MethodResource) -> Handle:
    """Return what deletes a method of one kind."""

    async def delete(call: Call) -> Answer:
        target, named = await target_in(call), call.params["method"]
        if not is_own(call, target):
            check_may(call, Permission.DELETE_METHODS, target)
        going, its = method_called(call, target, named)
        if its is not resource:
            raise not_registered(named)
        _check_order(call, target, going, resource)
        if is_own(call, target):
            await remove(call.door.own, own_actor(call, target), going.id, at=call.at)
        else:
            ports = call.door.ports
            act = delete_method(ports, call.actor, target, going.id, at=call.at)
            await carry_out(ports, act)
        return NO_CONTENT

    return delete


def _check_order(
    call: Call, target: Target, going: RegisteredMethod, resource: MethodResource
) -> None:
    """Refuse what Graph refuses while other methods are there."""
    room, others = call.door.ports.room, [one for one in target.held if one.id != going.id]
    kept_by = resource.keep(going, others)
    if kept_by is not None:
        raise bad_request(kept_by)
    options = options_of(room, target.held, target.policy, at=call.at)
    default = preferred(options, target.person.account.default_way)
    is_default = default is not None and list(default.methods) == [going]
    left = options_of(room, others, target.policy, at=call.at)
    if is_default and any(one.traits.can_be_default for one in left):
        raise bad_request(DEFAULT_STAYS.format(resource.id_of(going)))
