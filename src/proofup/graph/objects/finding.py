"""Finding an object of the directory by its id, whatever it is, for a caller who may read it."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from proofup.graph.answers import Resource
from proofup.graph.applications.permissions import graph_shown
from proofup.graph.applications.principals import of_version
from proofup.graph.applications.shapes import application_shown, principal_shown
from proofup.graph.call import Call
from proofup.graph.errors import DeniedError
from proofup.graph.groups.belonging import roles_called
from proofup.graph.groups.shapes import group_shown
from proofup.graph.shapes import unit_shown
from proofup.graph.targets import check_may
from proofup.graph.users.guest_states import seen
from proofup.graph.users.profile import OF_USER, UNASKED
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.tokens.application import GRAPH
from proofup.values.ids import GroupId, UserId


class Kind(StrEnum):
    """The types of objects that there are, as Graph names them."""

    USER = "user"
    GROUP = "group"
    APPLICATION = "application"
    PRINCIPAL = "servicePrincipal"
    ROLE = "directoryRole"
    UNIT = "administrativeUnit"

    @property
    def permission(self) -> Permission:
        """What it takes to read objects of this type."""
        of_applications = {Kind.APPLICATION, Kind.PRINCIPAL}
        return Permission.READ_APPLICATIONS if self in of_applications else Permission.READ_USERS


class Found(Struct, frozen=True):
    """An object, as its own collection shows it."""

    kind: Kind
    resource: Resource

    @property
    def shown(self) -> Resource:
        """Return the resource with its type."""
        return {"@odata.type": f"#microsoft.graph.{self.kind}", **self.resource}


def readable_kinds(call: Call) -> Sequence[Kind]:
    """Return the types that the caller may read. Raises DeniedError if there is none."""
    kinds = [one for one in Kind if may_act(call.actor, one.permission)]
    if not kinds:
        raise DeniedError
    check_may(call, kinds[0].permission)
    return kinds


async def object_called(call: Call, named: str, kinds: Sequence[Kind]) -> Found | None:
    """Return the object whose id is ``named``, if it is of one of ``kinds``."""
    try:
        id_ = str(UUID(named))
    except ValueError:
        return None
    for kind in kinds:
        resource = await _resource(call, kind, id_)
        if resource is not None:
            return Found(kind, resource)
    return None


async def _resource(call: Call, kind: Kind, id_: str) -> Resource | None:
    ports = call.door.ports
    match kind:
        case Kind.USER:
            person = await ports.room.people.by_id(UserId(id_))
            names = {*UNASKED, *(one for one in call.options.select if one in OF_USER)}
            return None if person is None else (await seen(call, [person], sorted(names)))[0]
        case Kind.GROUP:
            group = await ports.groups.by_id(GroupId(id_))
            return None if group is None else group_shown(group)
        case Kind.ROLE:
            roles = await roles_called(call, [id_])
            return roles[0] if roles else None
        case Kind.UNIT:
            unit = await ports.units.called(id_)
            return unit_shown(unit) if unit is not None and unit.id == id_ else None
        case _:
            return await _half(call, kind, id_)


async def _half(call: Call, kind: Kind, id_: str) -> Resource | None:
    """Return the half of an application that has this id: its record or its service principal."""
    if id_ == GRAPH and kind is Kind.PRINCIPAL:
        return of_version(call, graph_shown())
    found = await call.door.ports.applications.by_any_id(id_)
    if found is None:
        return None
    if kind is Kind.APPLICATION:
        return application_shown(found) if found.object_id == id_ else None
    return of_version(call, principal_shown(found)) if found.principal_id == id_ else None
