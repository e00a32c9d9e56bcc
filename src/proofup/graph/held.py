"""Whose methods a call is about, what the caller may see of them, and how each is named."""

from collections.abc import Iterator, Sequence

from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError
from proofup.graph.resources import MethodResource, Sight
from proofup.graph.targets import check_may, is_own, target_in
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


async def readable(call: Call) -> Target:
    """Return whose methods the caller asks for, and may read."""
    target = await target_in(call)
    check_may(call, Permission.READ_METHODS, target)
    return target


def sight_of(call: Call, target: Target) -> Sight:
    """Return what the caller may see of the methods of ``target``.

    Whole numbers of one's own take a sign-in with a second proof.
    """
    details = may_act(call.actor, Permission.READ_METHOD_DETAILS, target)
    of_others = may_act(call.actor, Permission.SEE_NUMBERS, target)
    own = is_own(call, target) and call.actor.proofs.second_at is not None
    numbers = details and (of_others or own)
    return Sight(details=details, numbers=numbers, at=call.at)


def address_of(target: Target) -> str:
    """Return how the context of an answer names somebody's authentication."""
    return f"users('{target.person.user.id}')/authentication"


def not_registered(named: str) -> CallRefusedError:
    """Return the error for a method that is not there."""
    message = f"The authentication method with id [{named[:64]}] is not registered for the user."
    return CallRefusedError(404, message)


def known(
    call: Call, held: Sequence[RegisteredMethod]
) -> Iterator[tuple[RegisteredMethod, MethodResource]]:
    """Yield those of ``held`` that Graph has, with their resources."""
    for one in held:
        resource = call.door.resources.get(one.kind)
        if resource is not None and call.version in resource.versions:
            yield one, resource


def method_called(
    call: Call, target: Target, named: str
) -> tuple[RegisteredMethod, MethodResource]:
    """Return the method whose id is ``named``. Raises CallRefusedError."""
    for one, resource in known(call, target.held):
        if resource.id_of(one).lower() == named.lower():
            return one, resource
    raise not_registered(named)
