"""Graph's names of permissions: which of them let an application make a call.

A wider one lets in wherever a narrower one does: ``.ReadWrite.All`` over ``.Read.All`` over
``.Read``. What the person may do is judged besides, by ``may_act``.
"""

from collections.abc import Iterable

from msgspec import Struct


class Scopes(Struct, frozen=True):
    """Names in lower case: ``others`` for anybody's resources, ``own`` for the caller's.

    Without any name, every token is enough.
    """

    others: frozenset[str]
    own: frozenset[str]


def scopes(*others: str, own: Iterable[str] = ()) -> Scopes:
    """Return scopes of which one is enough."""
    wide = frozenset(name.lower() for name in others)
    return Scopes(wide, wide | {name.lower() for name in own})


def _reading(family: str) -> list[str]:
    return [f"{family}.Read.All", f"{family}.ReadWrite.All"]


def _own(family: str, *, changing: bool) -> list[str]:
    return [f"{family}.ReadWrite"] if changing else [f"{family}.Read", f"{family}.ReadWrite"]


GENERAL = "UserAuthenticationMethod"
DIRECTORY = ("Directory.Read.All", "Directory.ReadWrite.All")


def reading_methods(kind: str | None = None) -> Scopes:
    """Return what lets methods be read, those of ``kind`` by the names of the kind too."""
    families = [GENERAL] if kind is None else [GENERAL, f"UserAuthMethod-{kind}"]
    return scopes(
        *(name for family in families for name in _reading(family)),
        own=(name for family in families for name in _own(family, changing=False)),
    )


def changing_methods(kind: str | None = None) -> Scopes:
    """Return what lets methods be changed, those of ``kind`` by the names of the kind too."""
    families = [GENERAL] if kind is None else [GENERAL, f"UserAuthMethod-{kind}"]
    return scopes(
        *(f"{family}.ReadWrite.All" for family in families),
        own=(name for family in families for name in _own(family, changing=True)),
    )


ANYBODY = scopes()  # whoever has a token for Graph
READ_USERS = scopes(
    *_reading("User"),
    "User.ReadBasic.All",
    *DIRECTORY,
    own=("User.Read", "User.ReadWrite"),
)
READ_CHANGES_OF_USERS = scopes(*_reading("User"), *DIRECTORY)
CHANGE_USERS = scopes(
    "User.ReadWrite.All",
    "User.EnableDisableAccount.All",
    "User-PasswordProfile.ReadWrite.All",
    "Directory.ReadWrite.All",
    own=("User.ReadWrite",),
)
DELETE_USERS = scopes("User.DeleteRestore.All", "User.ReadWrite.All")
READ_DELETED = scopes(*_reading("User"), "User.DeleteRestore.All", *DIRECTORY)
INVITE = scopes("User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All")
ADD_USERS = scopes("User.ReadWrite.All", "Directory.ReadWrite.All", "User.Create")
REVOKE = scopes(
    "User.RevokeSessions.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
    own=("User.ReadWrite",),
)
CHANGE_OWN_PASSWORD = scopes(
    own=("User-PasswordProfile.ReadWrite.All", "Directory.AccessAsUser.All", "User.ReadWrite.All")
)
RESET_PASSWORD = changing_methods("Password")
FORGET_BROWSERS = scopes("UserAuthenticationMethod.ReadWrite.All")
READ_REQUIREMENTS = scopes(
    "Policy.Read.All",
    "Policy.ReadWrite.AuthenticationMethod",
    "UserAuthenticationMethod.Read.All",
    "UserAuthenticationMethod.ReadWrite.All",
)
CHANGE_REQUIREMENTS = scopes("Policy.ReadWrite.AuthenticationMethod")
READ_ORGANISATION = scopes(
    *_reading("Organization"), *DIRECTORY, "User.Read.All", own=("User.Read", "User.ReadWrite")
)
CHANGE_ORGANISATION = scopes("Organization.ReadWrite.All")
READ_DOMAINS = scopes(*_reading("Domain"), *DIRECTORY)
READ_ROLES = scopes(
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "RoleManagement.Read.All",
    *DIRECTORY,
)
CHANGE_ROLES = scopes("RoleManagement.ReadWrite.Directory")
READ_UNITS = scopes(*_reading("AdministrativeUnit"), *DIRECTORY)
CHANGE_UNITS = scopes("AdministrativeUnit.ReadWrite.All", "Directory.ReadWrite.All")
READ_OBJECTS = scopes(*DIRECTORY)
READ_LOGS = scopes("AuditLog.Read.All")
CHANGE_RULES = scopes("Policy.ReadWrite.AuthenticationMethod")
READ_RULES = scopes(
    "Policy.Read.AuthenticationMethod", "Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"
)
CHANGE_AUTHORIZATION = scopes("Policy.ReadWrite.Authorization")
READ_AUTHORIZATION = scopes("Policy.Read.All", "Policy.ReadWrite.Authorization")
CHANGE_DEFAULTS = scopes("Policy.ReadWrite.SecurityDefaults")
READ_DEFAULTS = scopes("Policy.Read.All", "Policy.ReadWrite.SecurityDefaults")
READ_APPLICATIONS = scopes(*_reading("Application"), *DIRECTORY)
CHANGE_APPLICATIONS = scopes("Application.ReadWrite.All")
ASSIGN_TO_APPLICATIONS = scopes("AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All")
GRANT_TO_APPLICATIONS = scopes("DelegatedPermissionGrant.ReadWrite.All")
READ_GROUPS = scopes(
    *_reading("Group"), *_reading("GroupMember"), "Group.ReadBasic.All", *DIRECTORY
)
READ_BELONGING = scopes(*READ_USERS.others, *READ_GROUPS.others, own=READ_USERS.own)
CHANGE_GROUPS = scopes("Group.ReadWrite.All", "Directory.ReadWrite.All")
CREATE_GROUPS = scopes("Group.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All")
CHANGE_MEMBERS = scopes(
    "GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"
)
