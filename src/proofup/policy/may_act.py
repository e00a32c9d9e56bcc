"""Who may do what to whom: permission, scope and rank, decided here for every door.

The transaction that writes the act checks the basis of the decision again (``permitted``), so that
rights which were lost meanwhile do not count.
"""

from datetime import datetime

from proofup.directory.roles import GLOBAL_ADMINISTRATOR, RequireRoles
from proofup.directory.users import RequireEpoch
from proofup.policy.actor import Actor, ActorKind
from proofup.policy.permissions import BROWSING, ON_ONESELF, Permission, fresh_for
from proofup.policy.proofs import NotFreshError
from proofup.policy.roles import HIGHEST, acts_on, permissions_of
from proofup.policy.target import Target
from proofup.values.changes import Change
from proofup.values.errors import NotPermittedError, UnknownUserError
from proofup.values.ids import UserId


def may_act(actor: Actor, permission: Permission, target: Target | None = None) -> bool:
    """Tell whether ``actor`` may do what takes ``permission``, to ``target`` if it is done to one.

    A single role must allow everything: have the permission, cover a unit of the target or
    everybody, and act on every role that the target holds. On themselves people may only do what
    cannot weaken their own proofs.
    """
    if actor.kind is ActorKind.HOST:
        return True
    if actor.scopes is not None and permission not in actor.scopes:
        return False
    permitting = [one for one in actor.roles if permission in permissions_of(one)]
    if permission in BROWSING:
        return bool(permitting)
    if target is None:
        return any(one.unit is None for one in permitting)
    if target.person.user.id == actor.id:
        return permission in ON_ONESELF and bool(permitting)
    roles = frozenset(one.role for one in target.roles)
    return any(
        acts_on(one, roles) and (one.unit is None or one.unit in target.units) for one in permitting
    )


def may_act_on_somebody(actor: Actor, permission: Permission) -> bool:
    """Tell whether there could be a target to which ``actor`` may do what takes ``permission``."""
    if actor.kind is ActorKind.HOST:
        return True
    if actor.scopes is not None and permission not in actor.scopes:
        return False
    return any(permission in permissions_of(one) for one in actor.roles)


def may_grant(actor: Actor, role: str) -> bool:
    """Tell whether ``actor``, who may assign roles, may give or take this one.

    The highest are a Global Administrator's alone.
    """
    if actor.kind is ActorKind.HOST or role not in HIGHEST:
        return True
    return any(one.role == GLOBAL_ADMINISTRATOR and one.unit is None for one in actor.roles)


def check_permitted(
    actor: Actor, permission: Permission, target: Target | None = None, *, at: datetime
) -> None:
    """Refuse an act that ``actor`` may not do, or not yet; sufficient for acts that only read.

    Raises UnknownUserError if the actor may not act on ``target``, as if the user did not exist;
    NotPermittedError for an act without a target; and NotFreshError if the actor is a person who
    must give a second proof first.
    """
    if not may_act(actor, permission, target):
        raise NotPermittedError if target is None else UnknownUserError
    check_fresh(actor, permission, at=at)


def check_fresh(actor: Actor, permission: Permission, *, at: datetime) -> None:
    """Raise NotFreshError where the actor is a person who has to give a second proof first."""
    if actor.kind is ActorKind.HOST:
        return
    proven_at, span = actor.proofs.second_at, fresh_for(permission)
    if proven_at is None or (span is not None and at >= proven_at + span):
        raise NotFreshError(permission, proven_at)


def permitted(
    actor: Actor, permission: Permission, target: Target | None = None, *, at: datetime
) -> tuple[Change, ...]:
    """Return the conditions that must still hold when the act is written; they write nothing.

    Raises what ``check_permitted`` raises.
    """
    check_permitted(actor, permission, target, at=at)
    if actor.kind is ActorKind.HOST:
        return ()
    whose = UserId(actor.id)
    conditions: tuple[Change, ...] = (
        RequireEpoch(user_id=whose, epoch=actor.epoch),
        RequireRoles(user_id=whose, roles=actor.roles, at=at),
    )
    if target is None:
        return conditions
    user_id, units = target.person.user.id, target.units
    return (*conditions, RequireRoles(user_id=user_id, roles=target.roles, units=units, at=at))
