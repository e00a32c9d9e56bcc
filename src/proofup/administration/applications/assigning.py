"""Assigning people and groups to an application, and ending that."""

from datetime import datetime

from msgspec import Struct

from proofup.administration.applications.standing import permitted_to_manage
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.applications import ApplicationAssigned, ApplicationUnassigned
from proofup.policy.actor import Actor
from proofup.tokens.application import Application
from proofup.tokens.assignment import (
    NO_ROLE,
    AppAssignment,
    AssignApplication,
    UnassignApplication,
)
from proofup.tokens.family import RevokeFamiliesOf
from proofup.values.changes import Change
from proofup.values.errors import ProofupError
from proofup.values.ids import GroupId, UserId, random_id


class UnknownAppRoleError(ProofupError):
    """The application has no app role of this id for people."""


class Principal(Struct, frozen=True, kw_only=True):
    """Who is assigned: a person, or a group."""

    user_id: UserId | None = None
    group_id: GroupId | None = None


def assign_application(
    ports: Ports,
    actor: Actor,
    application: Application,
    principal: Principal,
    *,
    app_role: str = NO_ROLE,
    at: datetime,
) -> Planned[AppAssignment]:
    """Let a person, or the people of a group, use ``application``, in one of its app roles.

    Raises UnknownAppRoleError; when it is written, StaleError if they are assigned already.
    """
    conditions = permitted_to_manage(actor, application, at=at)
    known = {one.id for one in application.app_roles if one.enabled and "User" in one.members}
    if app_role != NO_ROLE and app_role not in known:
        raise UnknownAppRoleError
    new = AppAssignment(
        id=random_id(ports.room.entropy),
        application_id=application.id,
        user_id=principal.user_id,
        group_id=principal.group_id,
        app_role=app_role,
        created_at=at,
    )
    assigned = ApplicationAssigned(
        application=application.id,
        name=application.name,
        role=_role(new),
        group=new.group_id,
        command=actor.command,
        reason=actor.reason,
    )
    changes = (AssignApplication(assignment=new), actor.entry(assigned, new.user_id, at=at))
    return Planned(conditions, changes, new)


def unassign_application(
    actor: Actor, application: Application, assignment: AppAssignment, *, at: datetime
) -> Planned[None]:
    """End an assignment. A person's tokens end too where the application needs the assignment."""
    conditions = permitted_to_manage(actor, application, at=at)
    unassigned = ApplicationUnassigned(
        application=application.id,
        name=application.name,
        role=_role(assignment),
        group=assignment.group_id,
        command=actor.command,
        reason=actor.reason,
    )
    changes = (
        UnassignApplication(id=assignment.id),
        *_ended(application, assignment, at),
        actor.entry(unassigned, assignment.user_id, at=at),
    )
    return Planned(conditions, changes, None)


def _role(assignment: AppAssignment) -> str | None:
    return None if assignment.app_role == NO_ROLE else assignment.app_role


def _ended(application: Application, assignment: AppAssignment, at: datetime) -> tuple[Change, ...]:
    if assignment.user_id is None or not application.needs_assignment:
        return ()
    user_id = assignment.user_id
    return (RevokeFamiliesOf(user_id=user_id, application_id=application.id, at=at),)
