"""Issuing a method whose secrets the service draws, to somebody who is to be let in with it."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.directory.users import UserType
from proofup.method_changes.adding import Addition, added
from proofup.methods.abilities import IssuedMethod
from proofup.methods.declaration import Who
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import MethodKind, NewMethod
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import ProofupError
from proofup.values.ids import MethodId, random_id
from proofup.values.secret import Secret


class MethodNotIssuedError(ProofupError):
    """The method is of no use to this user; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MethodIssued(Struct, frozen=True, kw_only=True):
    """A new method, and its secrets, which are shown this once."""

    new: Description
    shown: tuple[Secret[str], ...]


async def issue_method(
    ports: Ports,
    actor: Actor,
    target: Target,
    kind: MethodKind,
    wanted: Mapping[str, str],
    *,
    at: datetime,
) -> Planned[MethodIssued]:
    """Make a method as ``wanted``, in place of one that fills its slot, and tell the person.

    Raises InvalidFieldError for the first bad field of ``wanted``, MethodNotIssuedError where the
    person could not use it, and TooBusyError where too much waits to be hashed.
    """
    room, user = ports.room, target.person.user
    conditions = permitted(actor, Permission.ISSUE_METHODS, target, at=at)
    method = room.catalogue.issued[kind]
    _check_usable(method, target, at=at)
    draft = method.draft(
        wanted,
        NewMethod(
            id=MethodId(random_id(room.entropy)),
            user_id=user.id,
            slot=method.declaration.slots[0].name,
            at=at,
        ),
        rules=target.policy.methods.get(kind, {}),
        terms=room.stretching.terms,
        entropy=room.entropy,
    )
    new = method.finished(draft, [await room.stretching.stretch(one) for one in draft.stretch])
    old = next((one for one in target.held if one.slot == new.slot), None)
    addition = Addition(new=new, old=old, way=method.declaration.ways[0].word)
    changes = added(room, actor, target, addition, at=at)
    done = MethodIssued(new=method.describe(new), shown=draft.shown)
    return Planned(conditions, changes, done)


def _check_usable(method: IssuedMethod, target: Target, *, at: datetime) -> None:
    declaration = method.declaration
    if Who.ADMINISTRATOR not in declaration.added_by:
        raise MethodNotIssuedError("only its owner adds this method")
    if target.person.user.user_type is UserType.GUEST and not declaration.for_guests:
        raise MethodNotIssuedError("guests cannot use this method")
    if not any(target.policy.allows(traits.word, at=at) for traits in declaration.ways):
        raise MethodNotIssuedError("the rules do not allow this method")
