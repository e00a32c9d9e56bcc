"""How an application proves itself, where it gets its answers, and who is assigned to it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from proofup.admin.applications import (
    KINDS,
    about,
    application_in,
    as_seen,
    assigned_as,
    redirect_kind,
    to_application,
)
from proofup.admin.dialogs import Asked, Dialog, Elsewhere
from proofup.administration.applications.assigning import (
    Principal,
    assign_application,
    unassign_application,
)
from proofup.administration.applications.changing import change_application
from proofup.administration.applications.credentials import (
    LIFETIME,
    LONGEST_LIFETIME,
    NewSecret,
    add_secret,
    remove_credential,
)
from proofup.administration.groups import find_group
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.directory.finding import find_person
from proofup.policy.permissions import Permission
from proofup.tokens.application import Application, Redirect
from proofup.tokens.assignment import NO_ROLE, AppAssignment
from proofup.values.errors import InvalidInputError, StaleError, UnknownUserError

DAYS = (30, 90, LIFETIME.days, 365, LONGEST_LIFETIME.days)


async def _about_secret(asked: Asked) -> Mapping[str, Any]:
    return {**await about(asked), "days": DAYS, "usual": LIFETIME.days}


async def _add_secret(asked: Asked) -> Planned[NewSecret]:
    typed = asked.typed("days")
    if typed not in {str(one) for one in DAYS}:
        raise InvalidInputError("days")
    return add_secret(
        asked.door.ports,
        asked.actor,
        await as_seen(asked),
        name=asked.typed("note")[:100],
        ends_at=asked.at + timedelta(days=int(typed)),
        at=asked.at,
    )


def _show_secret(asked: Asked, made: NewSecret) -> Response:
    """Show the secret; the same form sent again is stale, so no other page shows it."""
    return asked.door.page(
        asked.request,
        asked.actor,
        "admin/application_secret_made.html",
        application=made.application,
        stored=made.stored,
        secret=made.secret.reveal(),
    )


async def _about_credential(asked: Asked) -> Mapping[str, Any]:
    known = await about(asked)
    application: Application = known["application"]
    for one in application.credentials:
        if one.id == asked.typed("id"):
            return {**known, "credential": one}
    raise Elsewhere(known["back"])


async def _remove_credential(asked: Asked) -> Planned[Application]:
    return remove_credential(asked.actor, await as_seen(asked), asked.typed("id"), at=asked.at)


async def _about_redirect(asked: Asked) -> Mapping[str, Any]:
    return {**await about(asked), "kinds": KINDS}


async def _add_redirect(asked: Asked) -> Planned[Application]:
    application = await as_seen(asked)
    new = Redirect(asked.typed("redirect"), redirect_kind(asked))
    redirects = (*(one for one in application.redirects if one != new), new)
    return change_application(asked.actor, application, redirects=redirects, at=asked.at)


async def _about_removing(asked: Asked) -> Mapping[str, Any]:
    known = await about(asked)
    application: Application = known["application"]
    for one in application.redirects:
        if one.uri == asked.typed("redirect"):
            return {**known, "redirect": one}
    raise Elsewhere(known["back"])


async def _remove_redirect(asked: Asked) -> Planned[Application]:
    application, going = await as_seen(asked), asked.typed("redirect")
    redirects = tuple(one for one in application.redirects if one.uri != going)
    return change_application(asked.actor, application, redirects=redirects, at=asked.at)


async def _about_assigning(asked: Asked) -> Mapping[str, Any]:
    known = await about(asked)
    application: Application = known["application"]
    roles = [(NO_ROLE, "")]
    roles += [(one.id, one.name) for one in application.app_roles if "User" in one.members]
    return {**known, "roles": roles}


async def _assign(asked: Asked) -> Planned[AppAssignment]:
    application = await application_in(asked.door, asked.request)
    return assign_application(
        asked.door.ports,
        asked.actor,
        application,
        await _principal(asked.door.ports, asked.typed("user")),
        app_role=asked.typed("role") or NO_ROLE,
        at=asked.at,
    )


async def _principal(ports: Ports, called: str) -> Principal:
    """Return the person or else the group of this name or id. Raises UnknownGroupError."""
    try:
        person = await find_person(ports.room.people, called)
    except UnknownUserError:
        return Principal(group_id=(await find_group(ports, called)).id)
    return Principal(user_id=person.user.id)


async def _about_unassigning(asked: Asked) -> Mapping[str, Any]:
    known = await about(asked)
    assignment = await _assignment(asked)
    found = await assigned_as(asked.door, known["application"], assignment) if assignment else None
    if found is None:
        raise Elsewhere(known["back"])
    return {**known, "assignment": assignment, "whose": found.name}


async def _unassign(asked: Asked) -> Planned[None]:
    application = await application_in(asked.door, asked.request)
    assignment = await _assignment(asked)
    if assignment is None:
        raise StaleError
    return unassign_application(asked.actor, application, assignment, at=asked.at)


async def _assignment(asked: Asked) -> AppAssignment | None:
    """Return the assignment that was named, if it is one of this application."""
    application = await application_in(asked.door, asked.request)
    found = await asked.door.ports.assignments.by_id(asked.typed("assignment"))
    return found if found and found.application_id == application.id else None


ADD_SECRET = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_secret.html",
    about=_about_secret,
    plan=_add_secret,
    then=_show_secret,
)
REMOVE_CREDENTIAL = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_remove_credential.html",
    about=_about_credential,
    plan=_remove_credential,
    then=to_application,
)
ADD_REDIRECT = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_add_redirect.html",
    about=_about_redirect,
    plan=_add_redirect,
    then=to_application,
)
REMOVE_REDIRECT = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_remove_redirect.html",
    about=_about_removing,
    plan=_remove_redirect,
    then=to_application,
)
ASSIGN = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_assign.html",
    about=_about_assigning,
    plan=_assign,
    then=to_application,
)
UNASSIGN = Dialog(
    permission=Permission.MANAGE_APPLICATIONS,
    template="admin/application_unassign.html",
    about=_about_unassigning,
    plan=_unassign,
    then=to_application,
)
