"""Who may do what to whom: permission, scope and rank, decided here for every door.

The transaction that writes the act checks the basis of the decision again (``permitted``), so that
rights which were lost meanwhile do not count.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from proofup.directory.roles import GLOBAL_ADMINISTRATOR, Assignment, RequireRoles
from proofup.directory.users import RequireEpoch
from proofup.policy.actor import Actor, ActorKind
from proofup.policy.approving import approved
from proofup.policy.callers import caller_known
from proofup.policy.permissions import BROWSING, BY_ROLE_ALONE, ON_ONESELF, Permission, fresh_for
from proofup.policy.proofs import NotFreshError
from proofup.policy.roles import HIGHEST, acts_on, acts_on_everybody, permissions_of
from proofup.policy.target import Target
from proofup.tokens.application import RequireApplication
from proofup.tokens.first_party import FIRST_PARTY
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
    if actor.kind is ActorKind.APPLICATION:
        return _application_may(actor, permission, target)
    return _person_may(actor, permission, target)


def _is_own_right(actor: Actor, permission: Permission, target: Target | None) -> bool:
    """Tell whether an application does to the person whom it acts for what they allowed it."""
    if target is None or target.person.user.id != actor.id:
        return False
    return permission in ON_ONESELF and permission in actor.own_scopes


def _person_may(actor: Actor, permission: Permission, target: Target | None) -> bool:
    """Tell whether the roles of a person allow it, and the application that acts for them."""
    if _is_own_right(actor, permission, target):
        return True
    return bool(_permitting(actor, permission, target))


def _permitting(
    actor: Actor, permission: Permission, target: Target | None
) -> Sequence[Assignment]:
    """Return the roles by which a person may act."""
    if actor.scopes is not None and permission not in actor.scopes:
        return ()
    permitting = [one for one in actor.roles if permission in permissions_of(one)]
    if permission in BROWSING:
        return permitting
    if target is None:
        return [one for one in permitting if one.unit is None]
    if target.person.user.id == actor.id:
        return permitting if permission in ON_ONESELF else ()
    roles = frozenset(one.role for one in target.roles)
    return [
        one
        for one in permitting
        if acts_on(one, roles) and (one.unit is None or one.unit in target.units)
    ]


def _application_may(actor: Actor, permission: Permission, target: Target | None) -> bool:
    """Tell whether an application may act by itself: by its permissions, and within its rank.

    Its permissions reach people without a role. Acting on others also takes a role of its own that
    permits it and acts on all of theirs (security row AD9).
    """
    if actor.scopes is None or permission not in actor.scopes:
        return False
    permitting = [one for one in actor.roles if permission in permissions_of(one)]
    if permission in BY_ROLE_ALONE and not permitting:
        return False
    if target is None or permission in BROWSING or not target.roles:
        return True
    roles = frozenset(one.role for one in target.roles)
    return any(acts_on(one, roles) for one in permitting)


def may_act_on_somebody(actor: Actor, permission: Permission) -> bool:
    """Tell whether there could be a target to which ``actor`` may do what takes ``permission``."""
    if actor.kind is ActorKind.HOST:
        return True
    if actor.scopes is not None and permission not in actor.scopes:
        return False
    if actor.kind is ActorKind.APPLICATION:
        return actor.scopes is not None
    return any(permission in permissions_of(one) for one in actor.roles)


def may_act_on_all(actor: Actor, permission: Permission) -> bool:
    """Tell whether one role of ``actor`` lets them do what takes ``permission`` to everybody."""
    if actor.kind is ActorKind.HOST:
        return True
    if actor.scopes is not None and permission not in actor.scopes:
        return False
    return any(permission in permissions_of(one) and acts_on_everybody(one) for one in actor.roles)


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
    if not _is_own_right(actor, permission, target):
        check_fresh(actor, permission, at=at)


def check_fresh(actor: Actor, permission: Permission, *, at: datetime) -> None:
    """Raise NotFreshError where the actor is a person who has to give a second proof first.

    An application that acts for a person needs one of the sign-in that its token is from. The
    token ends before a proof could become too old.
    """
    if actor.kind is not ActorKind.PERSON:
        return
    proven_at = actor.proofs.second_at
    span = None if actor.application is not None else fresh_for(permission)
    if proven_at is None or (span is not None and at >= proven_at + span):
        raise NotFreshError(permission, proven_at)


def permitted(
    actor: Actor, permission: Permission, target: Target | None = None, *, at: datetime
) -> tuple[Change, ...]:
    """Return the conditions that must still hold when the act is written; they write nothing.

    Raises what ``check_permitted`` raises, CallerUnprovenError and ApprovalNeededError. An act that
    was approved took the check of the caller when it was asked for.
    """
    conditions = basis(actor, permission, target, at=at)
    if target is None or actor.kind is ActorKind.HOST:
        return conditions
    if actor.approval is None:
        roles = _permitting(actor, permission, target)
        conditions += caller_known(actor, permission, target, roles, at=at)
    return conditions + approved(actor, permission, target, at=at)


def basis(
    actor: Actor, permission: Permission, target: Target | None = None, *, at: datetime
) -> tuple[Change, ...]:
    """Return the conditions that rights rest on, whatever the rules demand beside them.

    Raises what ``check_permitted`` raises.
    """
    check_permitted(actor, permission, target, at=at)
    if actor.kind is ActorKind.HOST:
        return ()
    conditions = tuple(still_in_force(actor, at))
    if target is None:
        return conditions
    user_id, units = target.person.user.id, target.units
    return (*conditions, RequireRoles(user_id=user_id, roles=target.roles, units=units, at=at))


def still_in_force(actor: Actor, at: datetime) -> Iterator[Change]:
    """Yield what must still hold of ``actor``: the account with its roles, and the application."""
    if actor.application is not None and actor.application.id not in FIRST_PARTY:
        yield RequireApplication(application_id=actor.application.id, epoch=actor.application.epoch)
    if actor.kind is ActorKind.PERSON:
        whose = UserId(actor.id)
        yield RequireEpoch(user_id=whose, epoch=actor.epoch)
        yield RequireRoles(user_id=whose, roles=actor.roles, at=at)
