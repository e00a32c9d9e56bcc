"""`/admin/roles`: what each role permits and who holds it; roles are made, given and taken."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.dialogs import Asked, Dialog, Elsewhere
from proofup.admin.door import Door
from proofup.admin.person import target_in
from proofup.administration.assign_role import assign_role
from proofup.administration.create_role import create_role
from proofup.administration.delete_role import delete_role
from proofup.administration.finding_roles import (
    BuiltInRoleError,
    NamedRole,
    UnknownRoleError,
    find_role,
    find_unit,
    named_roles,
)
from proofup.administration.planned import Planned
from proofup.administration.remove_role import remove_role
from proofup.administration.target import target_called
from proofup.directory.roles import Assignment, Holder
from proofup.directory.units import Unit
from proofup.pages.page_context import context_of
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act, may_grant
from proofup.policy.permissions import NOT_IN_CUSTOM_ROLES, Permission
from proofup.policy.roles import BUILT_IN, ROLES, DirectoryRole, made_here
from proofup.policy.target import Target
from proofup.values.errors import InvalidInputError
from proofup.values.ids import UnitId, UserId

ADDRESS = "/admin/roles"
OF_PERSON = "/admin/users/{user:uuid}/roles"
MOST = 50  # on a page
MOST_ROLES = 200  # made here; each is in the lists to choose from
PERMITS = "permission."  # before the word of one that is ticked


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show all roles."""
    return door.page(
        request,
        actor,
        "admin/roles.html",
        built_in=BUILT_IN,
        custom=await _custom(door),
        every=len(Permission),
        can_make=may_act(actor, Permission.ASSIGN_ROLES),
    )


async def show_one(door: Door, request: Request, actor: Actor) -> Response:
    """Show what a role permits, on whom it acts, and who holds it."""
    role, at = await _role(door, request), context_of(request.scope).at
    after = await _after(door, request.query_params.get("after", ""), role)
    found = await door.ports.roles.holders(role.id, after=after, most=MOST + 1, at=at)
    holders, last = found[:MOST], found[MOST - 1] if len(found) > MOST else None
    units = {one.assignment.unit for one in holders}
    return door.page(
        request,
        actor,
        "admin/role.html",
        role=role,
        is_built_in=role.id in ROLES,
        acts_on=sorted(ROLES[one].name for one in role.acts_on or ()),
        holders=holders,
        units={one: await door.ports.units.called(one) for one in units if one},
        can_give=may_act(actor, Permission.ASSIGN_ROLES) and may_grant(actor, role.id),
        is_first=after is None,
        following=_token(last) if last else None,
    )


async def of_person(door: Door, request: Request, actor: Actor) -> Response:
    """Show the roles of one person."""
    target = await target_in(door, request)
    return door.page(
        request, actor, "admin/person_roles.html", **await _of_person(door, actor, target)
    )


async def _of_person(door: Door, actor: Actor, target: Target) -> Mapping[str, Any]:
    return {
        "user": target.person.user,
        "held": await named_roles(door.ports, target.roles),
        "can_give": may_act(actor, Permission.ASSIGN_ROLES, target),
        "takeable": {one.role for one in target.roles if may_grant(actor, one.role)},
    }


async def _role(door: Door, request: Request) -> DirectoryRole:
    try:
        return await find_role(door.ports, str(request.path_params["role"]))
    except UnknownRoleError as error:
        raise HTTPException(404) from error


async def _custom(door: Door) -> Sequence[DirectoryRole]:
    found = [made_here(one) for one in await door.ports.roles.custom(most=MOST_ROLES)]
    return sorted(found, key=lambda one: one.name.casefold())


def _token(last: Holder) -> str:
    return f"?after={last.person.user.id}.{last.assignment.unit or ''}"


async def _after(door: Door, token: str, role: DirectoryRole) -> Holder | None:
    """Return the last holder of the page before; whatever is no token begins at the start."""
    user_id, dot, unit = token.partition(".")
    person = await door.ports.room.people.by_id(UserId(user_id)) if dot else None
    if person is None:
        return None
    return Holder(person, Assignment(role=role.id, unit=UnitId(unit) if unit else None))


def _until(asked: Asked) -> datetime | None:
    """Return the end of the day that was typed, or None. Raises InvalidInputError."""
    typed = asked.typed("until")
    if not typed:
        return None
    try:
        last = date.fromisoformat(typed)
        return datetime.combine(last, time(), UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError("until") from error


async def _unit(asked: Asked) -> Unit | None:
    called = asked.typed("unit")
    return await find_unit(asked.door.ports, called) if called else None


async def _about_role(asked: Asked) -> Mapping[str, Any]:
    role = await _role(asked.door, asked.request)
    if not may_grant(asked.actor, role.id):
        raise HTTPException(404)
    return {"role": role, "back": f"{ADDRESS}/{role.id}"}


async def _give(asked: Asked) -> Planned[None]:
    role = await _role(asked.door, asked.request)
    target = await target_called(asked.door.ports, asked.typed("who"), at=asked.at)
    return assign_role(
        asked.actor, target, role, unit=await _unit(asked), until=_until(asked), at=asked.at
    )


async def _about_giving(asked: Asked) -> Mapping[str, Any]:
    target = await _within_reach(asked)
    roles = [*BUILT_IN, *await _custom(asked.door)]
    return {
        "user": target.person.user,
        "roles": [one for one in roles if may_grant(asked.actor, one.id)],
        "back": f"/admin/users/{target.person.user.id}/roles",
    }


async def _within_reach(asked: Asked) -> Target:
    """Return the person of the address, whom the actor may give roles; for others there is none."""
    target = await target_in(asked.door, asked.request)
    own_roles = f"/admin/users/{target.person.user.id}/roles"
    if not may_act(asked.actor, Permission.ASSIGN_ROLES, target):
        raise Elsewhere(own_roles)
    return target


async def _give_to(asked: Asked) -> Planned[None]:
    target = await target_in(asked.door, asked.request)
    role = await find_role(asked.door.ports, asked.typed("role"))
    return assign_role(
        asked.actor, target, role, unit=await _unit(asked), until=_until(asked), at=asked.at
    )


async def _about_taking(asked: Asked) -> Mapping[str, Any]:
    target = await _within_reach(asked)
    back = f"/admin/users/{target.person.user.id}/roles"
    found = _named(await named_roles(asked.door.ports, target.roles), asked)
    if found is None:
        raise Elsewhere(back)
    return {"user": target.person.user, "held": found, "back": back}


def _named(held: Sequence[NamedRole], asked: Asked) -> NamedRole | None:
    role, unit = asked.typed("role"), asked.typed("unit") or None
    return next((one for one in held if one.role == role and one.unit_id == unit), None)


async def _take(asked: Asked) -> Planned[None]:
    target = await target_in(asked.door, asked.request)
    role = await find_role(asked.door.ports, asked.typed("role"))
    return remove_role(asked.actor, target, role, unit=await _unit(asked), at=asked.at)


async def _about_making(_: Asked) -> Mapping[str, Any]:
    return {
        "permissions": [one for one in Permission if one not in NOT_IN_CUSTOM_ROLES],
        "back": ADDRESS,
    }


async def _make(asked: Asked) -> Planned[DirectoryRole]:
    fields = asked.form.fields
    words = [one.removeprefix(PERMITS) for one in fields if one.startswith(PERMITS)]
    if not words:
        raise InvalidInputError("permissions")
    return create_role(asked.door.ports, asked.actor, asked.typed("name"), words, at=asked.at)


async def _about_deleting(asked: Asked) -> Mapping[str, Any]:
    about = await _about_role(asked)
    if about["role"].id in ROLES:
        raise Elsewhere(about["back"])
    return about


async def _delete(asked: Asked) -> Planned[None]:
    role = await _role(asked.door, asked.request)
    try:
        return delete_role(asked.actor, role, at=asked.at)
    except BuiltInRoleError as error:  # no page leads here
        raise UnknownRoleError(role.name) from error


def _to_role(asked: Asked, _: None) -> str:
    return f"{ADDRESS}/{asked.request.path_params['role']}?done"


def _to_person(asked: Asked, _: None) -> str:
    return f"/admin/users/{asked.request.path_params['user']}/roles?done"


GIVE = Dialog(
    permission=Permission.ASSIGN_ROLES,
    template="admin/role_give.html",
    about=_about_role,
    plan=_give,
    then=_to_role,
)
GIVE_TO = Dialog(
    permission=Permission.ASSIGN_ROLES,
    template="admin/role_give_to.html",
    about=_about_giving,
    plan=_give_to,
    then=_to_person,
)
TAKE = Dialog(
    permission=Permission.ASSIGN_ROLES,
    template="admin/role_take.html",
    about=_about_taking,
    plan=_take,
    then=_to_person,
)
MAKE = Dialog(
    permission=Permission.ASSIGN_ROLES,
    template="admin/role_make.html",
    about=_about_making,
    plan=_make,
    then=lambda _, made: f"{ADDRESS}/{made.id}?done",
)
DELETE = Dialog(
    permission=Permission.ASSIGN_ROLES,
    template="admin/role_delete.html",
    about=_about_deleting,
    plan=_delete,
    then=lambda _, __: f"{ADDRESS}?done",
)
