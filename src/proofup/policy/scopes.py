"""Graph's permissions by name, and what each lets an application do here.

A delegated permission restricts the roles of the person for whom the application acts; one without
``All`` in its name reaches that person alone. An application permission is a right of the
application itself. Names are compared without regard to case, as clients write them in any.

The rights here are not divided by kind of method. So a permission for a single kind, such as
``UserAuthMethod-Phone.ReadWrite.All``, is only as narrow as its name because the door of Graph
compares the names first: each of its operations says which let it be asked for.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from proofup.policy.permissions import Permission

_P = Permission
NOTHING: frozenset[Permission] = frozenset()


class GraphPermission(Struct, frozen=True, kw_only=True):
    """A permission of Graph: ``permits`` is for everybody, ``own`` for the person it acts for.

    ``delegated`` and ``application`` say for which kinds of token it exists.
    """

    name: str
    permits: frozenset[Permission] = NOTHING
    own: frozenset[Permission] = NOTHING
    delegated: bool = True
    application: bool = True


_METHODS_READ = frozenset({_P.READ_METHODS, _P.READ_METHOD_DETAILS, _P.SEE_NUMBERS})
_METHODS_WRITE = _METHODS_READ | {
    _P.ADD_METHODS,
    _P.ISSUE_METHODS,
    _P.DELETE_METHODS,
    _P.RESET_METHODS,
    _P.SET_PASSWORDS,
    _P.FORGET_DEVICES,
    _P.RELEASE_CHANGES,
    _P.BLOCK_PROOFS,
    _P.DELETE_APP_PASSWORDS,
    _P.INVITE,
}
_METHODS_OWN = frozenset({_P.READ_METHODS, _P.READ_METHOD_DETAILS})
_USERS_READ = frozenset({_P.READ_USERS})
_USERS_WRITE = frozenset(
    {_P.READ_USERS, _P.ADD_USERS, _P.CHANGE_PROFILES, _P.CHANGE_CONTACTS, _P.DELETE_USERS}
    | {_P.ENABLE_ACCOUNTS, _P.REVOKE_SESSIONS, _P.INVITE_GUESTS}
)
_GROUPS_WRITE = frozenset({_P.READ_USERS, _P.MANAGE_GROUPS})
_APPLICATIONS_READ = frozenset({_P.READ_APPLICATIONS})
_RULES_READ = frozenset({_P.READ_RULES})

# For both kinds of token.
_OF_ALL: Mapping[str, frozenset[Permission]] = {
    "User.ReadBasic.All": _USERS_READ,
    "User.Read.All": _USERS_READ,
    "User.ReadWrite.All": _USERS_WRITE,
    "User.EnableDisableAccount.All": _USERS_READ | {_P.ENABLE_ACCOUNTS},
    "User.RevokeSessions.All": frozenset({_P.REVOKE_SESSIONS}),
    "User-PasswordProfile.ReadWrite.All": frozenset({_P.SET_PASSWORDS}),
    "User.Invite.All": frozenset({_P.INVITE_GUESTS}),
    "User.DeleteRestore.All": _USERS_READ | {_P.DELETE_USERS},
    "UserAuthenticationMethod.Read.All": _METHODS_READ,
    "UserAuthenticationMethod.ReadWrite.All": _METHODS_WRITE,
    "Directory.Read.All": _USERS_READ | _APPLICATIONS_READ,
    "Directory.ReadWrite.All": _USERS_WRITE
    | _APPLICATIONS_READ
    | {_P.MANAGE_UNITS, _P.MANAGE_GROUPS},
    "AuditLog.Read.All": frozenset({_P.READ_AUDIT_LOG, _P.READ_SIGN_INS}),
    "Reports.Read.All": NOTHING,
    "Group.Create": _GROUPS_WRITE,
    "Group.Read.All": _USERS_READ,
    "Group.ReadBasic.All": _USERS_READ,
    "Group.ReadWrite.All": _GROUPS_WRITE,
    "GroupMember.Read.All": _USERS_READ,
    "GroupMember.ReadBasic.All": _USERS_READ,
    "GroupMember.ReadWrite.All": _GROUPS_WRITE,
    "AdministrativeUnit.Read.All": _USERS_READ,
    "AdministrativeUnit.ReadWrite.All": _USERS_READ | {_P.MANAGE_UNITS},
    "RoleManagement.Read.All": _USERS_READ,
    "RoleManagement.Read.Directory": _USERS_READ,
    "RoleManagement.ReadWrite.Directory": _USERS_READ | {_P.ASSIGN_ROLES},
    "Application.Read.All": _APPLICATIONS_READ,
    "Application.ReadWrite.All": _APPLICATIONS_READ | {_P.MANAGE_APPLICATIONS},
    "AppRoleAssignment.ReadWrite.All": _APPLICATIONS_READ | {_P.GRANT_PERMISSIONS},
    "DelegatedPermissionGrant.ReadWrite.All": _APPLICATIONS_READ | {_P.GRANT_PERMISSIONS},
    "Policy.Read.All": _RULES_READ,
    "Policy.Read.AuthenticationMethod": _RULES_READ,
    "Policy.ReadWrite.AuthenticationMethod": _RULES_READ | {_P.SET_RULES, _P.SET_MFA_STATE},
    "Policy.ReadWrite.SecurityDefaults": _RULES_READ | {_P.SET_RULES},
    "Policy.ReadWrite.ConditionalAccess": _RULES_READ,
    "Policy.ReadWrite.Authorization": _RULES_READ | {_P.SET_RULES},
    "Organization.Read.All": NOTHING,
    "Organization.ReadWrite.All": NOTHING,
    "Domain.Read.All": NOTHING,
    "Domain.ReadWrite.All": NOTHING,
    "LicenseAssignment.Read.All": NOTHING,
    "LicenseAssignment.ReadWrite.All": NOTHING,
}
# For tokens of a person alone: what the application may do to that person.
_OF_ONESELF: Mapping[str, frozenset[Permission]] = {
    "User.Read": _USERS_READ,
    "User.ReadWrite": _USERS_READ | {_P.REVOKE_SESSIONS},
    "UserAuthenticationMethod.Read": _METHODS_OWN,
    "UserAuthenticationMethod.ReadWrite": _METHODS_OWN,
}
_AS_THE_PERSON = "Directory.AccessAsUser.All"

# What the permissions of one kind of method, by Graph's words for kinds, let change.
_OF_KINDS: Mapping[str, frozenset[Permission]] = {
    "Email": frozenset({_P.ADD_METHODS, _P.DELETE_METHODS}),
    "External": frozenset({_P.DELETE_METHODS}),
    "HardwareOATH": frozenset({_P.ADD_METHODS, _P.ISSUE_METHODS, _P.DELETE_METHODS}),
    "MicrosoftAuthApp": frozenset({_P.DELETE_METHODS}),
    "Passkey": frozenset({_P.ADD_METHODS, _P.ISSUE_METHODS, _P.DELETE_METHODS}),
    "Password": frozenset({_P.SET_PASSWORDS}),
    "Phone": frozenset({_P.ADD_METHODS, _P.DELETE_METHODS}),
    "PlatformCred": frozenset({_P.DELETE_METHODS}),
    "QR": frozenset({_P.ISSUE_METHODS, _P.DELETE_METHODS}),
    "SoftwareOATH": frozenset({_P.DELETE_METHODS}),
    "TAP": frozenset({_P.ISSUE_METHODS, _P.DELETE_METHODS}),
    "WindowsHello": frozenset({_P.DELETE_METHODS}),
}


def _of_kind(kind: str, changes: frozenset[Permission]) -> Iterator[GraphPermission]:
    family, read = f"UserAuthMethod-{kind}", _METHODS_READ
    write = read | changes
    yield GraphPermission(name=f"{family}.Read", own=_METHODS_OWN, application=False)
    yield GraphPermission(name=f"{family}.ReadWrite", own=_METHODS_OWN, application=False)
    yield GraphPermission(name=f"{family}.Read.All", permits=read, own=read)
    yield GraphPermission(name=f"{family}.ReadWrite.All", permits=write, own=write)


GRAPH_PERMISSIONS: Mapping[str, GraphPermission] = {
    one.name.lower(): one
    for one in (
        *(
            GraphPermission(name=name, permits=permits, own=permits)
            for name, permits in _OF_ALL.items()
        ),
        *(
            GraphPermission(name=name, own=own, application=False)
            for name, own in _OF_ONESELF.items()
        ),
        *(one for kind, changes in _OF_KINDS.items() for one in _of_kind(kind, changes)),
        GraphPermission(
            name=_AS_THE_PERSON,
            permits=frozenset(Permission),
            own=frozenset(Permission),
            application=False,
        ),
    )
}


def graph_permission(name: str) -> GraphPermission | None:
    """Return Graph's permission of this name, in any case."""
    return GRAPH_PERMISSIONS.get(name.lower())


def permitted_by(names: Iterable[str]) -> frozenset[Permission]:
    """Return what Graph's permissions of these names permit together."""
    return NOTHING.union(*(one.permits for one in _known(names)))


def permitted_on_oneself_by(names: Iterable[str]) -> frozenset[Permission]:
    """Return what they let an application do to the person for whom it acts."""
    return NOTHING.union(*(one.own for one in _known(names)))


def _known(names: Iterable[str]) -> Iterable[GraphPermission]:
    return filter(None, map(graph_permission, names))
