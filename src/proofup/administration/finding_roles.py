"""Finding a role or a unit by what somebody calls it."""

from proofup.administration.ports import Ports
from proofup.directory.units import Unit
from proofup.policy.roles import BUILT_IN, ROLES, DirectoryRole, made_here
from proofup.values.errors import ProofupError
from proofup.values.names import folded_name


class UnknownRoleError(ProofupError):
    """There is no role of this name or id; the built-in ones are ``known``."""

    def __init__(self, called: str) -> None:
        super().__init__(called)
        self.called = called
        self.known = tuple(one.name for one in BUILT_IN)


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


async def find_unit(ports: Ports, called: str) -> Unit:
    """Return the unit whose id or name is ``called``. Raises UnknownUnitError."""
    unit = await ports.units.called(called)
    if unit is None:
        raise UnknownUnitError(called)
    return unit
