"""`/admin/units`: groups of people who have administrators of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.dialogs import Asked, Dialog, Elsewhere
from proofup.admin.door import Door
from proofup.administration.add_member import add_member
from proofup.administration.create_unit import create_unit
from proofup.administration.delete_unit import delete_unit
from proofup.administration.finding_roles import UnknownUnitError, find_unit
from proofup.administration.planned import Planned, together
from proofup.administration.remove_member import remove_member
from proofup.administration.target import target_called
from proofup.directory.units import Unit
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.values.errors import InvalidInputError, UnknownUserError
from proofup.values.ids import UnitId, UserId

ADDRESS = "/admin/units"
MOST = 50  # on a page
MOST_NAMES = 50  # that are added together
LONGEST_NAMES = 8000


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show all units."""
    after = request.query_params.get("after", "")[:64]
    found = await door.ports.units.page(after=UnitId(after) if after else None, most=MOST + 1)
    return door.page(
        request,
        actor,
        "admin/units.html",
        units=found[:MOST],
        can_manage=may_act(actor, Permission.MANAGE_UNITS),
        is_first=not after,
        following=f"?after={found[MOST - 1].id}" if len(found) > MOST else None,
    )


async def show_one(door: Door, request: Request, actor: Actor) -> Response:
    """Show who belongs to a unit."""
    unit, after = await _unit(door, request), request.query_params.get("after", "")[:64]
    start = UserId(after) if after else None
    found = await door.ports.units.members(unit.id, after=start, most=MOST + 1)
    return door.page(
        request,
        actor,
        "admin/unit.html",
        unit=unit,
        members=[one.user for one in found[:MOST]],
        can_manage=may_act(actor, Permission.MANAGE_UNITS),
        is_first=not after,
        following=f"?after={found[MOST - 1].user.id}" if len(found) > MOST else None,
    )


async def _unit(door: Door, request: Request) -> Unit:
    try:
        return await find_unit(door.ports, str(request.path_params["unit"]))
    except UnknownUnitError as error:
        raise HTTPException(404) from error


async def _about_making(_: Asked) -> Mapping[str, Any]:
    return {"back": ADDRESS}


async def _make(asked: Asked) -> Planned[Unit]:
    return create_unit(asked.door.ports, asked.actor, asked.typed("name"), at=asked.at)


async def _about(asked: Asked) -> Mapping[str, Any]:
    unit = await _unit(asked.door, asked.request)
    return {
        "unit": unit,
        "names": asked.form.optional("names", longest=LONGEST_NAMES) or "",
        "unknown": await _unknown(asked),
        "back": f"{ADDRESS}/{unit.id}",
    }


async def _unknown(asked: Asked) -> Sequence[str]:
    """Return those of the names that were typed that nobody has."""
    unknown = []
    for name in _names(asked)[:MOST_NAMES]:
        try:
            await target_called(asked.door.ports, name, at=asked.at)
        except UnknownUserError:
            unknown.append(name)
    return unknown


def _names(asked: Asked) -> list[str]:
    lines = (asked.form.optional("names", longest=LONGEST_NAMES) or "").splitlines()
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


async def _add(asked: Asked) -> Planned[Sequence[bool]]:
    """Add everybody who is named, a line each, or nobody. Raises InvalidInputError."""
    unit = await _unit(asked.door, asked.request)
    names = _names(asked)
    if not 0 < len(names) <= MOST_NAMES:
        raise InvalidInputError("names")
    targets = {
        one.person.user.id: one
        for one in [await target_called(asked.door.ports, name, at=asked.at) for name in names]
    }
    acts = [add_member(asked.actor, one, unit, at=asked.at) for one in targets.values()]
    return together(acts)


async def _about_member(asked: Asked) -> Mapping[str, Any]:
    about = await _about(asked)
    person = await asked.door.ports.room.people.by_id(UserId(asked.typed("user")))
    if person is None:
        raise Elsewhere(about["back"])
    return {**about, "user": person.user}


async def _remove(asked: Asked) -> Planned[bool]:
    unit = await _unit(asked.door, asked.request)
    target = await target_called(asked.door.ports, asked.typed("user"), at=asked.at)
    return remove_member(asked.actor, target, unit, at=asked.at)


async def _delete(asked: Asked) -> Planned[None]:
    return delete_unit(asked.actor, await _unit(asked.door, asked.request), at=asked.at)


def _to_unit(asked: Asked, _: object) -> str:
    return f"{ADDRESS}/{asked.request.path_params['unit']}?done"


MAKE = Dialog(
    permission=Permission.MANAGE_UNITS,
    template="admin/unit_make.html",
    about=_about_making,
    plan=_make,
    then=lambda _, made: f"{ADDRESS}/{made.id}?done",
)
ADD = Dialog(
    permission=Permission.MANAGE_UNITS,
    template="admin/unit_add.html",
    about=_about,
    plan=_add,
    then=_to_unit,
)
REMOVE = Dialog(
    permission=Permission.MANAGE_UNITS,
    template="admin/unit_remove.html",
    about=_about_member,
    plan=_remove,
    then=_to_unit,
)
DELETE = Dialog(
    permission=Permission.MANAGE_UNITS,
    template="admin/unit_delete.html",
    about=_about,
    plan=_delete,
    then=lambda _, __: f"{ADDRESS}?done",
)
