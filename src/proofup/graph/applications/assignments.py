"""``appRoleAssignments`` and ``appRoleAssignedTo``: who has which app role in which application."""

import base64
import binascii
from collections.abc import Sequence

from msgspec import Struct

from proofup.administration.applications.assigning import (
    Principal,
    assign_application,
    unassign_application,
)
from proofup.administration.applications.finding import find_application
from proofup.administration.applications.rights import RightKind, grant_rights, remove_rights
from proofup.administration.planned import carry_out
from proofup.administration.target import target_called
from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity, instant
from proofup.graph.applications import held_roles
from proofup.graph.applications.listing import application_in
from proofup.graph.applications.permissions import NAME
from proofup.graph.call import Call
from proofup.graph.errors import bad_request, not_found
from proofup.graph.groups.records import group_in
from proofup.graph.targets import check_may, target_in
from proofup.policy.permission_ids import NAME_OF_ROLE, role_id
from proofup.policy.permissions import Permission
from proofup.tokens.application import GRAPH, Application
from proofup.tokens.assignment import NO_ROLE, AppAssignment
from proofup.values.errors import UnknownUserError
from proofup.values.ids import ApplicationId, GroupId, UserId

PAGE, MOST = 100, 999
CONTEXT = "appRoleAssignments"
HOLDER = "application|"  # begins the token of a page that begins with an application


class NewAssignment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST of an assignment."""

    principal_id: str
    resource_id: str
    app_role_id: str = NO_ROLE


async def list_rights(call: Call) -> Answer:
    """List the application permissions of a service principal."""
    return collection(call.metadata(CONTEXT), await _rights(call))


async def get_right(call: Call) -> Answer:
    """Return one application permission of a service principal."""
    return _one(call, await _rights(call))


async def _rights(call: Call) -> Sequence[Resource]:
    application = await application_in(call)
    graph = [_right(application, name) for name in sorted(application.permissions)]
    return [*graph, *await held_roles.held_by(call, application)]


def _one(call: Call, items: Sequence[Resource]) -> Answer:
    """Return the assignment that the address names, of ``items``. Raises CallRefusedError."""
    named = call.params["assignment"]
    for one in items:
        if one["id"] == named or one["id"] == named.lower():
            return entity(call.metadata(CONTEXT, one=True), one)
    raise not_found(named[:100])


async def list_assigned(call: Call) -> Answer:
    """List who is assigned to a service principal, a page at a time.

    First come people and groups, then applications with the app roles that they hold.
    """
    check_may(call, Permission.READ_APPLICATIONS)
    most, token = min(call.options.top or PAGE, MOST), call.options.token or ""
    items: list[Resource] = []
    if call.params["application"].lower() != GRAPH and not token.startswith(HOLDER):
        application = await application_in(call)
        rows = call.door.ports.assignments
        found = await rows.of_application(application.id, after=token or None, most=most + 1)
        items = [await _named(call, application, one) for one in found[:most]]
        if len(found) > most:
            more = call.following(found[most - 1].id)
            return collection(call.metadata(CONTEXT), items, following=more)
    room, after = most - len(items), token.removeprefix(HOLDER)
    held = [one for one in await _holders(call, after, room + 1) if one["id"] > after]
    following = None
    if len(held) > room:
        last = held[room - 1]["id"] if room else after
        following = call.following(f"{HOLDER}{last}")
    return collection(call.metadata(CONTEXT), [*items, *held[:room]], following=following)


async def get_assigned(call: Call) -> Answer:
    """Return one assignment to a service principal."""
    check_may(call, Permission.READ_APPLICATIONS)
    named, ports = call.params["assignment"], call.door.ports
    right = _named_right(named)
    if right is not None:
        holder = await ports.applications.by_any_id(right[0])
        return _one(call, [] if holder is None else await _held_in(call, holder))
    application = await application_in(call)
    found = await ports.assignments.by_id(named.lower())
    if found is None or found.application_id != application.id:
        raise not_found(named[:100])
    shown = await _named(call, application, found)
    return entity(call.metadata(CONTEXT, one=True), shown)


async def _holders(call: Call, after: str, most: int) -> Sequence[Resource]:
    """Return the app roles here of at least ``most`` applications, from that of ``after`` on."""
    named = _named_right(after) if after else None
    resource = await _resource(call)
    found = await call.door.ports.applications.holding(
        GRAPH if resource is None else resource.id,
        begins=ApplicationId(named[0]) if named else None,
        most=most,
    )
    held = [one for holder in found for one in await _held_in(call, holder)]
    return sorted(held, key=lambda one: str(one["id"]))


async def _held_in(call: Call, holder: Application) -> Sequence[Resource]:
    """Return the app roles that ``holder`` has in the application of the address."""
    resource = await _resource(call)
    if resource is None:
        return [_right(holder, name) for name in sorted(holder.permissions)]
    return [
        held_roles.shown(holder, resource, one)
        for one in holder.held_roles
        if one.resource == resource.id
    ]


async def _resource(call: Call) -> Application | None:
    """Return the application that the address names; None is Graph itself."""
    if call.params["application"].lower() == GRAPH:
        return None
    return await application_in(call)


async def list_of_user(call: Call) -> Answer:
    """List the applications that a person is assigned to."""
    return collection(call.metadata(CONTEXT), await _of_user(call))


async def get_of_user(call: Call) -> Answer:
    """Return one assignment of a person."""
    return _one(call, await _of_user(call))


async def _of_user(call: Call) -> Sequence[Resource]:
    target = await target_in(call)
    check_may(call, Permission.READ_USERS, target)
    user = target.person.user
    return await _of_principal(call, user.id, user.display_name)


async def list_of_group(call: Call) -> Answer:
    """List the applications that a group is assigned to."""
    group = await group_in(call)
    return collection(call.metadata(CONTEXT), await _of_principal(call, group.id, group.name))


async def get_of_group(call: Call) -> Answer:
    """Return one assignment of a group."""
    group = await group_in(call)
    return _one(call, await _of_principal(call, group.id, group.name))


async def _of_principal(call: Call, id_: str, name: str) -> Sequence[Resource]:
    items = list[Resource]()
    for one in await call.door.ports.assignments.of_principal(id_, most=MOST):
        application = await find_application(call.door.ports, one.application_id)
        items.append(_assignment(application, one, name))
    return items


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
