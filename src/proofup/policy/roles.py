"""What the roles of the directory permit, and how they rank."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.users import User, UserType
from proofup.policy.permissions import Permission

HIGHEST = 100
USER = 0
GUEST = -10


class DirectoryRole(Struct, frozen=True, kw_only=True):
    """A role under Graph's name; a higher ``rank`` may act on a lower one."""

    name: str
    rank: int
    permissions: frozenset[Permission]


ROLES: Mapping[str, DirectoryRole] = {
    GLOBAL_ADMINISTRATOR: DirectoryRole(
        name="Global Administrator", rank=HIGHEST, permissions=frozenset(Permission)
    ),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Return what ``roles`` permit together; one that is not known permits nothing."""
    return frozenset[Permission]().union(*(ROLES[one].permissions for one in roles if one in ROLES))


def rank_of_actor(roles: Iterable[str]) -> int:
    """Return the rank by which somebody with ``roles`` acts; one that is not known gives none."""
    return max((ROLES[one].rank if one in ROLES else GUEST for one in roles), default=USER)


def rank_of_target(user: User, roles: Iterable[str]) -> int:
    """Return the rank that protects ``user``; a role that is not known gives the highest."""
    ranks = [ROLES[one].rank if one in ROLES else HIGHEST for one in roles]
    return max([GUEST if user.user_type is UserType.GUEST else USER, *ranks])
