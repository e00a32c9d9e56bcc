"""Whom a call is about, and whether the caller may do it to them."""

from proofup.administration.target import target_called, target_of
from proofup.graph.call import Call
from proofup.graph.errors import DeniedError, not_found
from proofup.graph.scopes import Scopes
from proofup.policy.may_act import check_permitted, may_act
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import UnknownUserError


async def target_in(call: Call) -> Target:
    """Return the person that the address names, or the caller's own.

    Whoever may not read users learns not that there is none of this name.
    """
    called, person = call.params.get("user"), call.principal.person
    try:
        if called is None and person is not None:
            return await target_of(call.door.ports, person.user.id, at=call.at)
        return await target_called(call.door.ports, called or "", at=call.at)
    except UnknownUserError as error:
        if not may_act(call.actor, Permission.READ_USERS):
            raise DeniedError from error
        raise not_found(called or "me") from error


def is_own(call: Call, target: Target) -> bool:
    """Tell whether the call is about the caller's own resources."""
    person = call.principal.person
    return person is not None and person.user.id == target.person.user.id


def check_may(call: Call, permission: Permission, target: Target | None = None) -> None:
    """Refuse what the caller may not do. Raises DeniedError."""
    if not may_act(call.actor, permission, target):
        raise DeniedError
    check_permitted(call.actor, permission, target, at=call.at)


def check_scopes(call: Call, scopes: Scopes) -> None:
    """Refuse an application that was not granted one of ``scopes`` too. Raises DeniedError."""
    if not call.principal.scopes & scopes.others:
        raise DeniedError
