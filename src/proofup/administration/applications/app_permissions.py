"""Giving an application an app role of another, and taking it away."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from proofup.administration.applications.assigning import UnknownAppRoleError
from proofup.administration.applications.standing import permitted_to_grant, permitted_to_manage
from proofup.administration.planned import Planned
from proofup.audit.events.applications import PermissionsGranted, PermissionsRemoved
from proofup.policy.actor import Actor
from proofup.tokens.application import Application, ChangeApplication, HeldRole
from proofup.values.changes import Change
from proofup.values.errors import StaleError

KIND = "appRole"  # of the right, in the audit log


def give_app_role(
    actor: Actor, client: Application, resource: Application, role_id: str, *, at: datetime
) -> Planned[Application]:
    """Let ``client`` act by itself in an app role of ``resource``.

    Raises UnknownAppRoleError, NotPermittedError, and StaleError if it has the role already.
    """
    conditions = (
        *permitted_to_grant(actor, client, at=at),
        *permitted_to_manage(actor, resource, at=at),
    )
    able = (one for one in resource.app_roles if one.enabled and "Application" in one.members)
    role = next((one for one in able if one.id == role_id), None)
    if role is None:
        raise UnknownAppRoleError
    held = HeldRole(resource=resource.id, id=role.id)
    if held in client.held_roles:
        raise StaleError
    changed = client.changed(held_roles=(*client.held_roles, held))
    words = f"{resource.id}/{role.value}"
    return Planned(conditions, _changes(actor, changed, PermissionsGranted, words, at=at), changed)


def take_app_role(
    actor: Actor, client: Application, held: HeldRole, *, at: datetime
) -> Planned[Application]:
    """Take an app role of another application away; the tokens of ``client`` end."""
    conditions = permitted_to_grant(actor, client, at=at)
    kept = tuple(one for one in client.held_roles if one != held)
    changed = replace(client.changed(held_roles=kept), epoch=client.epoch + 1)
    words = f"{held.resource}/{held.id}"
    return Planned(conditions, _changes(actor, changed, PermissionsRemoved, words, at=at), changed)


def _changes(
    actor: Actor,
    changed: Application,
    event: type[PermissionsGranted | PermissionsRemoved],
    words: str,
    *,
    at: datetime,
) -> Sequence[Change]:
    """Return what stores ``changed``, and records the right in ``words`` with ``event``."""
    told = event(
        application=changed.id,
        name=changed.name,
        kind=KIND,
        permissions=words,
        command=actor.command,
        reason=actor.reason,
    )
    return ChangeApplication(application=changed), actor.entry(told, None, at=at)
