"""Giving rights to an application, and taking them away."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from proofup.administration.applications.standing import permitted_to_grant
from proofup.administration.planned import Planned
from proofup.audit.events.applications import PermissionsGranted, PermissionsRemoved
from proofup.policy.actor import Actor
from proofup.policy.roles import ROLES
from proofup.policy.scopes import graph_permission
from proofup.tokens.application import Application, ChangeApplication
from proofup.values.changes import Change
from proofup.values.errors import ProofupError


class RightKind(StrEnum):
    """The kinds of rights."""

    APPLICATION = "application"  # Graph's application permissions: it acts by itself
    DELEGATED = "delegated"  # allowed for everybody, so that nobody is asked for consent
    ROLE = "role"  # a directory role, for the whole organisation


class UnknownRightError(ProofupError):
    """There is no permission or role of this name for this kind."""

    def __init__(self, kind: RightKind, name: str) -> None:
        super().__init__(kind, name)
        self.kind = kind
        self.name = name


def grant_rights(
    actor: Actor, application: Application, kind: RightKind, names: Iterable[str], *, at: datetime
) -> Planned[Application]:
    """Give the application the rights of these names; a role is named by its id.

    Raises UnknownRightError, NotPermittedError.
    """
    given = _known(kind, names)
    conditions = _conditions(actor, application, kind, given, at)
    changed = _with(application, kind, _held(application, kind) | given)
    granted = PermissionsGranted(
        application=application.id,
        name=application.name,
        kind=kind.value,
        permissions=", ".join(sorted(given)),
        command=actor.command,
        reason=actor.reason,
    )
    changes = (ChangeApplication(application=changed), actor.entry(granted, None, at=at))
    return Planned(conditions, changes, changed)


def remove_rights(
    actor: Actor, application: Application, kind: RightKind, names: Iterable[str], *, at: datetime
) -> Planned[Application]:
    """Take rights away; the tokens that carry them end. Raises as ``grant_rights`` does."""
    taken = _known(kind, names)
    conditions = _conditions(actor, application, kind, taken, at)
    changed = _with(application, kind, _held(application, kind) - taken)
    changed = replace(changed, epoch=application.epoch + 1)
    removed = PermissionsRemoved(
        application=application.id,
        name=application.name,
        kind=kind.value,
        permissions=", ".join(sorted(taken)),
        command=actor.command,
        reason=actor.reason,
    )
    changes = (ChangeApplication(application=changed), actor.entry(removed, None, at=at))
    return Planned(conditions, changes, changed)


def _known(kind: RightKind, names: Iterable[str]) -> frozenset[str]:
    return frozenset(_of_name(kind, name) for name in names)


def _of_name(kind: RightKind, name: str) -> str:
    """Return the name as Graph writes it."""
    if kind is RightKind.ROLE:
        if name not in ROLES:
            raise UnknownRightError(kind, name)
        return name
    found = graph_permission(name)
    if found is None:
        raise UnknownRightError(kind, name)
    exists = found.application if kind is RightKind.APPLICATION else found.delegated
    if not exists:
        raise UnknownRightError(kind, name)
    return found.name


def _held(application: Application, kind: RightKind) -> frozenset[str]:
    held = {
        RightKind.APPLICATION: application.permissions,
        RightKind.DELEGATED: application.consented,
        RightKind.ROLE: application.roles,
    }
    return held[kind]


def _with(application: Application, kind: RightKind, held: frozenset[str]) -> Application:
    if kind is RightKind.APPLICATION:
        return application.changed(permissions=held)
    if kind is RightKind.DELEGATED:
        return application.changed(consented=held)
    return application.changed(roles=held)


def _conditions(
    actor: Actor, application: Application, kind: RightKind, names: frozenset[str], at: datetime
) -> tuple[Change, ...]:
    roles: frozenset[str] = names if kind is RightKind.ROLE else frozenset()
    return permitted_to_grant(actor, application, roles=roles, at=at)
