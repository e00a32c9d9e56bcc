"""Registering an application, and deleting it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from proofup.administration.applications.standing import permitted_to_manage
from proofup.administration.display_name import checked_display_name
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.applications import ApplicationCreated, ApplicationDeleted
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.tokens.application import (
    AddApplication,
    Application,
    DeleteApplication,
    Redirect,
)
from proofup.tokens.redirects import checked_page, checked_redirect
from proofup.values.ids import ApplicationId, random_id


class Registration(Struct, frozen=True, kw_only=True):
    """What is said of a new application. Without a secret it is public."""

    name: str
    is_public: bool = False
    redirects: Sequence[Redirect] = ()
    home_page: str | None = None


def create_application(
    ports: Ports, actor: Actor, wanted: Registration, *, at: datetime
) -> Planned[Application]:
    """Register an application, which has no rights yet.

    Raises InvalidDisplayNameError and InvalidRedirectError.
    """
    conditions = permitted(actor, Permission.MANAGE_APPLICATIONS, at=at)
    entropy = ports.room.entropy
    new = Application(
        id=ApplicationId(random_id(entropy)),
        object_id=random_id(entropy),
        principal_id=random_id(entropy),
        name=checked_display_name(wanted.name),
        created_at=at,
        is_public=wanted.is_public,
        redirects=tuple(checked_redirect(one) for one in wanted.redirects),
        home_page=None if wanted.home_page is None else checked_page(wanted.home_page),
    )
    created = ApplicationCreated(
        application=new.id, name=new.name, command=actor.command, reason=actor.reason
    )
    changes = (AddApplication(application=new), actor.entry(created, None, at=at))
    return Planned(conditions, changes, new)


def delete_application(actor: Actor, application: Application, *, at: datetime) -> Planned[None]:
    """Delete an application with its credentials and rights; its tokens end at once."""
    conditions = permitted_to_manage(actor, application, at=at)
    deleted = ApplicationDeleted(
        application=application.id,
        name=application.name,
        command=actor.command,
        reason=actor.reason,
    )
    changes = (
        DeleteApplication(application_id=application.id),
        actor.entry(deleted, None, at=at),
    )
    return Planned(conditions, changes, None)
