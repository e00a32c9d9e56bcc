"""Finding a role or a unit by what somebody calls it."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from proofup.administration.ports import Ports
from proofup.directory.roles import Assignment, CustomRole
from proofup.directory.units import Unit
from proofup.policy.roles import BUILT_IN, ROLES, DirectoryRole, made_here
from proofup.values.errors import ProofupError
from proofup.values.ids import UnitId
from proofup.values.names import folded_name


class NamedRole(Struct, frozen=True, kw_only=True):
    """A role that somebody holds, by the names of the role and of the unit it is for."""

    role: str
    name: str
    unit_id: UnitId | None
    unit: str | None
    until: datetime | None


class UnknownRoleError(ProofupError):
    """There is no role of this name or id; the built-in ones are ``known``."""

    def __init__(self, called: str) -> None:
        super().__init__(called)
        self.called = called
        self.known = tuple(one.name for one in BUILT_IN)


class BuiltInRoleError(ProofupError):
    """A built-in role cannot be changed or deleted."""

    def __init__(self, role: str) -> None:
        super().__init__(role)
        self.role = role


class UnknownUnitError(ProofupError):
    """There is no administrative unit of this name or id."""

    def __init__(self, called: str) -> None:
        super().__init__(called)
        self.called = called


def built_in(called: str) -> DirectoryRole | None:
    """Return the built-in role whose id or name, in any case, is ``called``."""
    names = {folded_name(one.name): one for one in BUILT_IN}
    return ROLES.get(called) or names.get(folded_name(called))


async def find_role(ports: Ports, called: str) -> DirectoryRole:
    """Return the role whose id or name is ``called``. Raises UnknownRoleError."""
    if (known := built_in(called)) is not None:
        return known
    custom = await ports.roles.called(called)
    if custom is None:
        raise UnknownRoleError(called)
    return made_here(custom)


async def find_custom_role(ports: Ports, called: str) -> CustomRole:
    """Return the custom role whose id or name is ``called``.

    Raises BuiltInRoleError for a built-in one, UnknownRoleError.
    """
    if (known := built_in(called)) is not None:
        raise BuiltInRoleError(known.name)
    custom = await ports.roles.called(called)
    if custom is None:
        raise UnknownRoleError(called)
    return custom


async def find_unit(ports: Ports, called: str) -> Unit:
    """Return the unit whose id or name is ``called``. Raises UnknownUnitError."""
    unit = await ports.units.called(called)
    if unit is None:
        raise UnknownUnitError(called)
    return unit


async def named_roles(ports: Ports, held: Iterable[Assignment]) -> list[NamedRole]:
    """Return the roles that are ``held`` in order of their names.

    One that a later version knows has its id for a name.
    """
    found = [await _named(ports, one) for one in held]
    return sorted(found, key=lambda one: (one.name, one.unit or ""))


async def _named(ports: Ports, held: Assignment) -> NamedRole:
    try:
        name = (await find_role(ports, held.role)).name
    except UnknownRoleError:
        name = held.role
    unit = None if held.unit is None else await ports.units.called(held.unit)
    return NamedRole(
        role=held.role,
        name=name,
        unit_id=held.unit,
        unit=unit.name if unit else None,
        until=held.expires_at,
    )
