"""Who may act on an application: by permission, and within their rank."""

from datetime import datetime

from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act, may_grant, permitted
from proofup.policy.permissions import Permission
from proofup.tokens.application import Application
from proofup.values.changes import Change
from proofup.values.errors import NotPermittedError


def may_manage(actor: Actor, application: Application) -> bool:
    """Tell whether ``actor`` may change ``application``, once their proof is fresh enough."""
    if not may_act(actor, Permission.MANAGE_APPLICATIONS):
        return False
    has_rights = bool(application.permissions or application.roles or application.held_roles)
    return not has_rights or may_give_rights(actor, application)


def may_give_rights(
    actor: Actor, application: Application, roles: frozenset[str] = frozenset()
) -> bool:
    """Tell whether ``actor`` may give ``application`` rights, ``roles`` among them, or take them.

    Nobody raises their own rights: an application gives itself none.
    """
    if not may_act(actor, Permission.GRANT_PERMISSIONS):
        return False
    if actor.application is not None and actor.application.id == application.id:
        return False
    # Every role that may grant acts on everybody; the highest are a Global Administrator's alone.
    return all(may_grant(actor, role) for role in application.roles | roles)


def permitted_to_manage(
    actor: Actor, application: Application, *, at: datetime
) -> tuple[Change, ...]:
    """Return the conditions of a change of ``application``. Raises what ``permitted`` raises."""
    conditions = permitted(actor, Permission.MANAGE_APPLICATIONS, at=at)
    if not may_manage(actor, application):
        raise NotPermittedError
    return conditions


def permitted_to_grant(
    actor: Actor,
    application: Application,
    *,
    roles: frozenset[str] = frozenset(),
    at: datetime,
) -> tuple[Change, ...]:
    """Return the conditions of giving rights to ``application``, ``roles`` among them, or taking.

    Raises what ``permitted`` raises.
    """
    conditions = permitted(actor, Permission.GRANT_PERMISSIONS, at=at)
    if not may_give_rights(actor, application, roles):
        raise NotPermittedError
    return conditions
