"""`/admin/applications`: what gets tokens here, and what each may do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.dialogs import Asked, Dialog
from proofup.admin.door import Door
from proofup.administration.applications.changing import change_application
from proofup.administration.applications.finding import UnknownApplicationError, find_application
from proofup.administration.applications.registering import (
    Registration,
    create_application,
    delete_application,
)
from proofup.administration.applications.standing import may_manage
from proofup.administration.planned import Planned
from proofup.directory.users import User
from proofup.pages.page_context import context_of
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.policy.roles import ROLES
from proofup.tokens.application import Application, Redirect, RedirectKind
from proofup.tokens.assignment import AppAssignment
from proofup.values.errors import InvalidInputError, StaleError
from proofup.values.ids import ApplicationId

ADDRESS = "/admin/applications"
ONE = f"{ADDRESS}/{{application:uuid}}"
MOST = 50  # on a page
MOST_ASSIGNED = 100
KINDS = tuple(RedirectKind)


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show all applications, or those of one name."""
    after = request.query_params.get("after", "")[:64]
    wanted = request.query_params.get("q", "")[:100].strip()
    applications = door.ports.applications
    found = (
        await applications.called(wanted, most=MOST)
        if wanted
        else await applications.page(after=ApplicationId(after) if after else None, most=MOST + 1)
    )
    return door.page(
        request,
        actor,
        "admin/applications.html",
        applications=[_row(one, context_of(request.scope).at) for one in found[:MOST]],
        wanted=wanted,
        can_manage=may_act(actor, Permission.MANAGE_APPLICATIONS),
        is_first=not after,
        following=f"?after={found[MOST - 1].id}" if len(found) > MOST else None,
    )


def _row(application: Application, at: datetime) -> Mapping[str, Any]:
    ends = [one.ends_at for one in application.credentials]
    return {"application": application, "ends_at": max(ends, default=None), "at": at}


async def show_one(door: Door, request: Request, actor: Actor) -> Response:
    """Show one application."""
    application = await application_in(door, request)
    assigned = await door.ports.assignments.of_application(application.id, most=MOST_ASSIGNED)
    named = [await assigned_as(door, application, one) for one in assigned]
    return door.page(
        request,
        actor,
        "admin/application.html",
        application=application,
        roles=[ROLES[one].name for one in sorted(application.roles) if one in ROLES],
        assigned=[one for one in named if one is not None],
        can_manage=may_manage(actor, application),
    )


class Assigned(Struct, frozen=True, kw_only=True):
    """An assignment with the name of the person or group, and of the app role if there is one.

    ``user`` is None for a group.
    """

    assignment: AppAssignment
    name: str
    user: User | None
    role: str


async def assigned_as(
    door: Door, application: Application, assignment: AppAssignment
) -> Assigned | None:
    """Return the assignment with its names; None if the person or the group is gone."""
    roles = {one.id: one.name for one in application.app_roles}
    user, name = await _whose(door, assignment)
    if name is None:
        return None
    role = roles.get(assignment.app_role, "")
    return Assigned(assignment=assignment, name=name, user=user, role=role)


async def _whose(door: Door, assignment: AppAssignment) -> tuple[User | None, str | None]:
    """Return who is assigned: a person with the name, or the name of a group alone."""
    if assignment.group_id is not None:
        group = await door.ports.groups.by_id(assignment.group_id)
        return None, group.name if group else None
    person = await door.ports.room.people.by_id(assignment.user_id) if assignment.user_id else None
    return (person.user, person.user.display_name) if person else (None, None)


async def application_in(door: Door, request: Request) -> Application:
    """Return the application that the address names."""
    try:
        return await find_application(door.ports, str(request.path_params["application"]))
    except UnknownApplicationError as error:
        raise HTTPException(404) from error


async def about(asked: Asked) -> Mapping[str, Any]:
    """Return what every dialog says of the application."""
    application = await application_in(asked.door, asked.request)
    return {"application": application, "back": f"{ADDRESS}/{application.id}"}


async def as_seen(asked: Asked) -> Application:
    """Return the application, if it is still as the page showed it.

    So a form that is sent twice does its act once. Raises StaleError.
    """
    application = await application_in(asked.door, asked.request)
    if asked.form.text("seen", longest=20) != str(application.revision):
        raise StaleError
    return application


def to_application(asked: Asked, _: object) -> str:
    """Return the address of the application, to say there that it is done."""
    return f"{ADDRESS}/{asked.request.path_params['application']}?done"


async def _about_making(_: Asked) -> Mapping[str, Any]:
    return {"back": ADDRESS, "kinds": KINDS}


async def _make(asked: Asked) -> Planned[Application]:
    uri = asked.typed("redirect")
    wanted = Registration(
        name=asked.typed("name"),
        is_public=bool(asked.typed("public")),
        redirects=[Redirect(uri, redirect_kind(asked))] if uri else [],
        home_page=asked.typed("home_page") or None,
    )
    return create_application(asked.door.ports, asked.actor, wanted, at=asked.at)


def redirect_kind(asked: Asked) -> RedirectKind:
    """Return the kind that was chosen. Raises InvalidInputError."""
    try:
        return RedirectKind(asked.typed("kind"))
    except ValueError as error:
        raise InvalidInputError("kind") from error


async def _about_changing(asked: Asked) -> Mapping[str, Any]:
    known = await about(asked)
    application: Application = known["application"]
    was_sent = asked.form.optional("name", longest=400) is not None
    shown = {
        "name": application.name,
        "description": application.description or "",
        "home_page": application.home_page or "",
        "needs_assignment": application.needs_assignment,
    }
    return {**known, "shown": {name: asked.typed(name) for name in shown} if was_sent else shown}


async def _change(asked: Asked) -> Planned[Application]:
    application = await as_seen(asked)
    return change_application(
        asked.actor,
        application,
        name=asked.typed("name"),
        description=asked.typed("description") or None,
        home_page=asked.typed("home_page") or None,
        needs_assignment=bool(asked.typed("needs_assignment")),
        at=asked.at,
    )


async def _enable(asked: Asked) -> Planned[Application]:
    return change_application(asked.actor, await as_seen(asked), enabled=True, at=asked.at)


async def _disable(asked: Asked) -> Planned[Application]:
    return change_application(asked.actor, await as_seen(asked), enabled=False, at=asked.at)


async def _delete(asked: Asked) -> Planned[None]:
    return delete_application(asked.actor, await as_seen(asked), at=asked.at)


MAKE = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_make.html",
    about=_about_making,
    plan=_make,
    then=lambda _, made: f"{ADDRESS}/{made.id}?done",
)
CHANGE = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_change.html",
    about=_about_changing,
    plan=_change,
    then=to_application,
)
ENABLE = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_enable.html",
    about=about,
    plan=_enable,
    then=to_application,
)
DISABLE = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_disable.html",
    about=about,
    plan=_disable,
    then=to_application,
)
DELETE = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_delete.html",
    about=about,
    plan=_delete,
    then=lambda _, __: f"{ADDRESS}?done",
)
