"""``appRoleAssignments`` and ``oauth2PermissionGrants``: who may use what, by which right."""

import base64
import binascii
from collections.abc import Sequence

from msgspec import Struct

from proofup.administration.applications.assigning import (
    Principal,
    assign_application,
    unassign_application,
)
from proofup.administration.applications.finding import UnknownApplicationError, find_application
from proofup.administration.applications.rights import RightKind, grant_rights, remove_rights
from proofup.administration.planned import carry_out
from proofup.administration.target import target_called
from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity, instant
from proofup.graph.applications import held_roles
from proofup.graph.applications.consents import GRANTS, consent_called, consents_of
from proofup.graph.applications.listing import application_in
from proofup.graph.applications.permissions import NAME
from proofup.graph.call import Call
from proofup.graph.errors import bad_request, not_found
from proofup.graph.groups.records import group_in
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.expressions import Compare, Every
from proofup.graph.odata.filters import read_filter
from proofup.graph.targets import check_may, target_in
from proofup.policy.permission_ids import NAME_OF_ROLE, role_id
from proofup.policy.permissions import Permission
from proofup.tokens.application import GRAPH, Application
from proofup.tokens.assignment import NO_ROLE, AppAssignment
from proofup.values.errors import UnknownUserError
from proofup.values.ids import GroupId, UserId

MOST = 999
CONTEXT = "appRoleAssignments"
FILTERED = ("clientId", "consentType", "principalId", "resourceId")
FOR_EVERYBODY = "AllPrincipals"
NOT_FOR_ONE = "A grant is for AllPrincipals: people allow for themselves when they sign in."


class NewAssignment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST of an assignment."""

    principal_id: str
    resource_id: str
    app_role_id: str = NO_ROLE


class NewGrant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST of a permission grant."""

    client_id: str
    consent_type: str
    principal_id: str | None = None
    resource_id: str
    scope: str


class ChangedGrant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of PATCH of a permission grant: all that it gives from now on."""

    scope: str


async def list_rights(call: Call) -> Answer:
    """List the application permissions of a service principal."""
    application = await application_in(call)
    items = [_right(application, name) for name in sorted(application.permissions)]
    items += await held_roles.held_by(call, application)
    return collection(call.metadata(CONTEXT), items)


async def list_assigned(call: Call) -> Answer:
    """List who is assigned to a service principal, a page at a time."""
    application, most = await application_in(call), min(call.options.top or 100, MOST)
    rows, token = call.door.ports.assignments, call.options.token
    found = await rows.of_application(application.id, after=token, most=most + 1)
    items = [await _named(call, application, one) for one in found[:most]]
    following = call.following(found[most - 1].id) if len(found) > most else None
    return collection(call.metadata(CONTEXT), items, following=following)


async def list_of_user(call: Call) -> Answer:
    """List the applications that a person is assigned to."""
    target = await target_in(call)
    check_may(call, Permission.READ_USERS, target)
    user = target.person.user
    items = []
    for one in await call.door.ports.assignments.of_principal(user.id, most=MOST):
        application = await find_application(call.door.ports, one.application_id)
        items.append(_assignment(application, one, user.display_name))
    return collection(call.metadata(CONTEXT), items)


async def list_of_group(call: Call) -> Answer:
    """List the applications that a group is assigned to."""
    group, items = await group_in(call), list[Resource]()
    for one in await call.door.ports.assignments.of_principal(group.id, most=MOST):
        application = await find_application(call.door.ports, one.application_id)
        items.append(_assignment(application, one, group.name))
    return collection(call.metadata(CONTEXT), items)


async def assign(call: Call) -> Answer:
    """Give an application permission to a service principal, or assign somebody to one."""
    body, ports = call.body(NewAssignment), call.door.ports
    if body.resource_id.lower() == GRAPH:
        check_may(call, Permission.GRANT_PERMISSIONS)
        right = NAME_OF_ROLE.get(body.app_role_id.lower())
        if right is None:
            raise bad_request("Microsoft Graph has no appRole of this id.")
        holder = await find_application(ports, body.principal_id)
        act = grant_rights(call.actor, holder, RightKind.APPLICATION, [right], at=call.at)
        given = _right(await carry_out(ports, act), right)
        return entity(call.metadata(CONTEXT, one=True), given, status=201)
    check_may(call, Permission.MANAGE_APPLICATIONS)
    application = await find_application(ports, body.resource_id)
    client = await ports.applications.by_any_id(body.principal_id.lower())
    if client is not None:
        role_id = body.app_role_id.lower()
        shown = await held_roles.give(call, client, application, role_id)
        return entity(call.metadata(CONTEXT, one=True), shown, status=201)
    name, principal = await _principal(call, body.principal_id)
    role = body.app_role_id.lower()
    assigning = assign_application(
        ports, call.actor, application, principal, app_role=role, at=call.at
    )
    shown = _assignment(application, await carry_out(ports, assigning), name)
    return entity(call.metadata(CONTEXT, one=True), shown, status=201)


async def _principal(call: Call, named: str) -> tuple[str, Principal]:
    """Return the name of the person or group of this id, and who that is."""
    group = await call.door.ports.groups.by_id(GroupId(named.lower()))
    if group is not None:
        return group.name, Principal(group_id=group.id)
    try:
        target = await target_called(call.door.ports, named, at=call.at)
    except UnknownUserError as error:
        raise not_found(named[:100]) from error
    user = target.person.user
    return user.display_name, Principal(user_id=user.id)


async def unassign(call: Call) -> Answer:
    """Take an application permission away, or end an assignment."""
    named, ports = call.params["assignment"], call.door.ports
    right = _named_right(named)
    if right is not None:
        check_may(call, Permission.GRANT_PERMISSIONS)
        client = await find_application(ports, right[0])
        if await held_roles.take(call, client, right[1]):
            return NO_CONTENT
        if right[1] not in client.permissions:
            raise not_found(named[:100])
        act = remove_rights(call.actor, client, RightKind.APPLICATION, [right[1]], at=call.at)
        await carry_out(ports, act)
        return NO_CONTENT
    check_may(call, Permission.MANAGE_APPLICATIONS)
    found = await ports.assignments.by_id(named.lower())
    if found is None:
        raise not_found(named[:100])
    application = await find_application(ports, found.application_id)
    ending = unassign_application(call.actor, application, found, at=call.at)
    await carry_out(ports, ending)
    return NO_CONTENT


async def list_grants(call: Call) -> Answer:
    """List the delegated permissions of one service principal, of one person, or of all."""
    call.options.refuse("search", "expand", "skip")
    wanted = _wanted(call.options.filter)
    if "application" in call.params:
        found: Sequence[Application] = [await application_in(call)]
    else:
        check_may(call, Permission.READ_APPLICATIONS)
        found = await call.door.ports.applications.page(most=MOST)
    items = [_grant(one) for one in found if one.consented]
    if "principalId" in wanted:
        items = [*items, *await _of_person(call, wanted["principalId"])]
    shown = [one for one in items if all(one[name] == value for name, value in wanted.items())]
    return collection(call.metadata(GRANTS), shown)


async def _of_person(call: Call, named: str) -> Sequence[Resource]:
    try:
        target = await target_called(call.door.ports, named, at=call.at)
    except UnknownUserError:
        return ()
    check_may(call, Permission.READ_USERS, target)
    return await consents_of(call, target.person.user.id)


def _wanted(text: str | None) -> dict[str, str]:
    """Return which values a filter asks for. Raises UnsupportedQueryError."""
    if text is None:
        return {}
    said, wanted = read_filter(text), dict[str, str]()
    for part in said.parts if isinstance(said, Every) else (said,):
        match part:
            case Compare(field, "eq", str(value)) if field in FILTERED:
                wanted[field] = value if field == "consentType" else value.lower()
            case _:
                message = f"$filter is served by {', '.join(FILTERED)} with eq and and."
                raise UnsupportedQueryError(message)
    return wanted


async def get_grant(call: Call) -> Answer:
    """Return one grant."""
    check_may(call, Permission.READ_APPLICATIONS)
    of_person = await consent_called(call, call.params["grant"])
    if of_person is not None:
        target = await target_called(call.door.ports, of_person["principalId"], at=call.at)
        check_may(call, Permission.READ_USERS, target)
    shown = of_person or _grant(await _granted(call))
    return entity(call.metadata(GRANTS, one=True), shown)


async def create_grant(call: Call) -> Answer:
    """Allow an application delegated permissions of Graph, for everybody."""
    check_may(call, Permission.GRANT_PERMISSIONS)
    body, ports = call.body(NewGrant), call.door.ports
    if body.consent_type != FOR_EVERYBODY:
        raise bad_request(NOT_FOR_ONE)
    if body.resource_id.lower() != GRAPH:
        raise bad_request("The resource must be the service principal of Microsoft Graph.")
    client = await find_application(ports, body.client_id)
    names = body.scope.split()
    act = grant_rights(call.actor, client, RightKind.DELEGATED, names, at=call.at)
    shown = _grant(await carry_out(ports, act))
    location = f"{call.root}/{GRANTS}/{shown['id']}"
    return entity(call.metadata(GRANTS, one=True), shown, status=201, location=location)


async def update_grant(call: Call) -> Answer:
    """Set all that a grant gives."""
    check_may(call, Permission.GRANT_PERMISSIONS)
    client, wanted = await _granted(call), call.body(ChangedGrant).scope.split()
    lower = {name.lower() for name in wanted}
    gone = [name for name in client.consented if name.lower() not in lower]
    if wanted:
        act = grant_rights(call.actor, client, RightKind.DELEGATED, wanted, at=call.at)
        client = await carry_out(call.door.ports, act)
    if gone:
        ending = remove_rights(call.actor, client, RightKind.DELEGATED, gone, at=call.at)
        await carry_out(call.door.ports, ending)
    return NO_CONTENT


async def delete_grant(call: Call) -> Answer:
    """Take the delegated permissions of a grant away."""
    check_may(call, Permission.GRANT_PERMISSIONS)
    client = await _granted(call)
    act = remove_rights(
        call.actor, client, RightKind.DELEGATED, sorted(client.consented), at=call.at
    )
    await carry_out(call.door.ports, act)
    return NO_CONTENT


async def _granted(call: Call) -> Application:
    named = call.params["grant"]
    try:
        found = await find_application(call.door.ports, named)
    except UnknownApplicationError as error:
        raise not_found(named[:100]) from error
    if not found.consented:
        raise not_found(named[:100])
    return found


async def _named(call: Call, application: Application, one: AppAssignment) -> Resource:
    ports = call.door.ports
    if one.group_id is not None:
        group = await ports.groups.by_id(one.group_id)
        return _assignment(application, one, group.name if group else None)
    person = await ports.room.people.by_id(UserId(str(one.user_id)))
    return _assignment(application, one, person.user.display_name if person else None)


def _assignment(application: Application, one: AppAssignment, name: str | None) -> Resource:
    return {
        "id": one.id,
        "deletedDateTime": None,
        "appRoleId": one.app_role,
        "createdDateTime": instant(one.created_at),
        "principalId": one.group_id or one.user_id,
        "principalDisplayName": name,
        "principalType": "Group" if one.group_id else "User",
        "resourceId": application.principal_id,
        "resourceDisplayName": application.name,
    }


def _right(application: Application, name: str) -> Resource:
    text = f"{application.id}|{name}"
    return {
        "id": base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
        "deletedDateTime": None,
        "appRoleId": role_id(name),
        "createdDateTime": instant(application.created_at),
        "principalId": application.principal_id,
        "principalDisplayName": application.name,
        "principalType": "ServicePrincipal",
        "resourceId": GRAPH,
        "resourceDisplayName": NAME,
    }


def _named_right(id_: str) -> tuple[str, str] | None:
    """Return the application and the permission that the id of a right says."""
    try:
        text = base64.b64decode(id_ + "=" * (-len(id_) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    application, bar, name = text.partition("|")
    return (application, name) if bar else None


def _grant(application: Application) -> Resource:
    return {
        "id": application.principal_id,
        "clientId": application.principal_id,
        "consentType": FOR_EVERYBODY,
        "principalId": None,
        "resourceId": GRAPH,
        "scope": " ".join(sorted(application.consented)),
    }
