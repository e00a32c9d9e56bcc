"""Who may do what to whom: permission, scope and rank, decided here for every door.

What is read for the decision is required once more in the transaction that writes the act
(``permitted``), so that rights lost meanwhile count no more.
"""

from datetime import datetime

from proofup.directory.roles import RequireRoles
from proofup.directory.users import RequireEpoch
from proofup.policy.actor import Actor, ActorKind
from proofup.policy.permissions import ON_ONESELF, Permission, fresh_for
from proofup.policy.proofs import NotFreshError
from proofup.policy.roles import HIGHEST, permissions_of, rank_of_actor, rank_of_target
from proofup.policy.target import Target
from proofup.values.changes import Change
from proofup.values.errors import NotPermittedError, UnknownUserError
from proofup.values.ids import UserId


def may_act(actor: Actor, permission: Permission, target: Target | None = None) -> bool:
    """Tell whether ``actor`` may do what takes ``permission``, to ``target`` if it is done to one.

    Nobody acts on an equal or higher rank, except the highest on each other. On themselves people
    do only what cannot weaken their own proofs.
    """
    if actor.kind is ActorKind.HOST:
        return True
    if permission not in permissions_of(actor.roles):
        return False
    if actor.scopes is not None and permission not in actor.scopes:
        return False
    if target is None:
        return True
    if target.person.user.id == actor.id:
        return permission in ON_ONESELF
    rank, protected = rank_of_actor(actor.roles), rank_of_target(target.person.user, target.roles)
    return rank > protected or rank == protected == HIGHEST


def permitted(
    actor: Actor, permission: Permission, target: Target | None = None, *, at: datetime
) -> tuple[Change, ...]:
    """Return what must still hold when the act is written; nothing is written by it.

    Raises UnknownUserError where the actor may not act on ``target``, as if there were no such
    user, NotPermittedError where it is about nobody, and NotFreshError where the actor is a person
    who has to give a second proof first.
    """
    if not may_act(actor, permission, target):
        raise NotPermittedError if target is None else UnknownUserError
    if actor.kind is ActorKind.HOST:
        return ()
    proven_at = actor.proofs.second_at
    if proven_at is None or at >= proven_at + fresh_for(permission):
        raise NotFreshError(permission, proven_at)
    whose = UserId(actor.id)
    conditions: tuple[Change, ...] = (
        RequireEpoch(user_id=whose, epoch=actor.epoch),
        RequireRoles(user_id=whose, roles=actor.roles),
    )
    if target is None:
        return conditions
    return (*conditions, RequireRoles(user_id=target.person.user.id, roles=target.roles))
