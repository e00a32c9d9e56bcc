"""The built-in roles: what each permits, and on whose holders it acts.

A data table, with Entra's template ids and Graph's names. There is no rank by number: which roles
act on which is Microsoft's own table, and is not linear.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from proofup.directory.roles import GLOBAL_ADMINISTRATOR, Assignment, CustomRole
from proofup.policy.permissions import NOT_IN_CUSTOM_ROLES, READING, Permission

PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
AUTHENTICATION_ADMINISTRATOR = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
AUTHENTICATION_POLICY_ADMINISTRATOR = "0526716b-113d-4c15-b2c8-68e3c22b9f80"
HELPDESK_ADMINISTRATOR = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
PASSWORD_ADMINISTRATOR = "966707d0-3269-4727-9be2-8c3a10f19b9d"  # noqa: S105 - the id of a role
GROUPS_ADMINISTRATOR = "fdd7a751-b60b-444a-984c-02652fe8fa1c"
SECURITY_ADMINISTRATOR = "194ae4cb-b126-40b2-bd5b-6091b380977d"
SECURITY_READER = "5d6b6bb7-de71-4623-b4af-96380a352509"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
GUEST_INVITER = "95e79109-95c0-4d8e-aee3-d01accf2d47b"
MESSAGE_CENTER_READER = "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b"
REPORTS_READER = "4a5d8f65-41da-4de4-8968-e035b65339cf"
USAGE_SUMMARY_REPORTS_READER = "75934031-6c7e-415a-99d7-48dbd49e875e"
USER_EXPERIENCE_SUCCESS_MANAGER = "27460883-1df1-4691-b032-3b79643e5e63"
APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
CLOUD_APPLICATION_ADMINISTRATOR = "158c047a-c907-4556-b7ef-446551a6b5f7"
HELP_DESK_MFA = "5f2c8d1e-6a47-4c39-9b0d-3e71f0a8c264"  # not of Entra: Proofup's own

# Whoever gives these has one of them that is higher: only a Global Administrator.
HIGHEST = frozenset(
    {
        GLOBAL_ADMINISTRATOR,
        PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
        PRIVILEGED_ROLE_ADMINISTRATOR,
    }
)

_ALMOST_NO_RIGHTS = frozenset({DIRECTORY_READERS, GUEST_INVITER, PASSWORD_ADMINISTRATOR})
_READERS = _ALMOST_NO_RIGHTS | {
    MESSAGE_CENTER_READER,
    REPORTS_READER,
    USAGE_SUMMARY_REPORTS_READER,
    USER_EXPERIENCE_SUCCESS_MANAGER,
}

_PASSWORDS = frozenset(
    {
        Permission.READ_USERS,
        Permission.SET_PASSWORDS,
        Permission.CHANGE_CONTACTS,
        Permission.REVOKE_SESSIONS,
        Permission.CHECK_CALLERS,
    }
)
_USERS = frozenset(
    {Permission.CHANGE_PROFILES, Permission.DELETE_USERS, Permission.ENABLE_ACCOUNTS}
)
_LOGS = frozenset({Permission.READ_SIGN_INS, Permission.READ_AUDIT_LOG})
_APPLICATIONS = frozenset(
    {Permission.READ_USERS, Permission.READ_APPLICATIONS, Permission.MANAGE_APPLICATIONS}
)
_METHODS = frozenset(
    {
        Permission.READ_USERS,
        Permission.READ_METHODS,
        Permission.READ_METHOD_DETAILS,
        Permission.ADD_METHODS,
        Permission.DELETE_METHODS,
        Permission.RESET_METHODS,
        Permission.REVOKE_SESSIONS,
        Permission.FORGET_DEVICES,
        Permission.DELETE_APP_PASSWORDS,
        Permission.INVITE,
        Permission.CHECK_CALLERS,
        Permission.RELEASE_CHANGES,
    }
)
_ACCOUNTS = _METHODS | _PASSWORDS | _USERS | {Permission.ISSUE_METHODS, Permission.SET_MFA_STATE}


class DirectoryRole(Struct, frozen=True, kw_only=True):
    """A role, built in or made here.

    Beside people without a role it ``acts_on`` those whose every role is named there; None is
    everybody. With ``for_units`` it may be given for the people of one administrative unit.
    """

    id: str
    name: str
    description: str | None = None
    permissions: frozenset[Permission] = frozenset()
    acts_on: frozenset[str] | None = frozenset()
    for_units: bool = False


BUILT_IN = (
    DirectoryRole(
        id=GLOBAL_ADMINISTRATOR,
        name="Global Administrator",
        permissions=frozenset(Permission),
        acts_on=None,
    ),
    DirectoryRole(
        id=PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
        name="Privileged Authentication Administrator",
        permissions=_ACCOUNTS | {Permission.SEE_NUMBERS},
        acts_on=None,
    ),
    DirectoryRole(
        id=PRIVILEGED_ROLE_ADMINISTRATOR,
        name="Privileged Role Administrator",
        permissions=frozenset(
            {
                Permission.READ_USERS,
                Permission.ASSIGN_ROLES,
                Permission.MANAGE_UNITS,
                Permission.READ_APPLICATIONS,
                Permission.GRANT_PERMISSIONS,
            }
        ),
        acts_on=None,
    ),
    DirectoryRole(
        id=AUTHENTICATION_ADMINISTRATOR,
        name="Authentication Administrator",
        permissions=_ACCOUNTS,
        acts_on=_READERS | {AUTHENTICATION_ADMINISTRATOR},
        for_units=True,
    ),
    DirectoryRole(
        id=AUTHENTICATION_POLICY_ADMINISTRATOR,
        name="Authentication Policy Administrator",
        permissions=frozenset(
            {
                Permission.READ_USERS,
                Permission.READ_RULES,
                Permission.SET_RULES,
                Permission.SET_MFA_STATE,
                Permission.BLOCK_PROOFS,
            }
        ),
        acts_on=_READERS,
    ),
    DirectoryRole(
        id=HELPDESK_ADMINISTRATOR,
        name="Helpdesk Administrator",
        permissions=_PASSWORDS,
        acts_on=_READERS | {HELPDESK_ADMINISTRATOR},
        for_units=True,
    ),
    DirectoryRole(id=HELP_DESK_MFA, name="Help desk (MFA)", permissions=_METHODS, for_units=True),
    DirectoryRole(
        id=USER_ADMINISTRATOR,
        name="User Administrator",
        permissions=_PASSWORDS
        | _USERS
        | {Permission.ADD_USERS, Permission.INVITE_GUESTS, Permission.MANAGE_GROUPS},
        acts_on=_READERS | {HELPDESK_ADMINISTRATOR, USER_ADMINISTRATOR, GROUPS_ADMINISTRATOR},
        for_units=True,
    ),
    DirectoryRole(
        id=PASSWORD_ADMINISTRATOR,
        name="Password Administrator",
        permissions=_PASSWORDS,
        acts_on=_ALMOST_NO_RIGHTS,
        for_units=True,
    ),
    DirectoryRole(
        id=GROUPS_ADMINISTRATOR,
        name="Groups Administrator",
        permissions=frozenset({Permission.READ_USERS, Permission.MANAGE_GROUPS}),
    ),
    DirectoryRole(
        id=SECURITY_ADMINISTRATOR,
        name="Security Administrator",
        permissions=_LOGS | {Permission.READ_USERS, Permission.READ_RULES},
        acts_on=None,
    ),
    DirectoryRole(
        id=SECURITY_READER,
        name="Security Reader",
        permissions=_LOGS | {Permission.READ_USERS, Permission.READ_RULES},
        acts_on=None,
    ),
    DirectoryRole(
        id=GLOBAL_READER,
        name="Global Reader",
        permissions=READING - {Permission.READ_METHOD_DETAILS},
        acts_on=None,
    ),
    DirectoryRole(
        id=DIRECTORY_READERS,
        name="Directory Readers",
        permissions=frozenset({Permission.READ_USERS, Permission.READ_APPLICATIONS}),
    ),
    DirectoryRole(
        id=APPLICATION_ADMINISTRATOR,
        name="Application Administrator",
        permissions=_APPLICATIONS,
    ),
    DirectoryRole(
        id=CLOUD_APPLICATION_ADMINISTRATOR,
        name="Cloud Application Administrator",
        permissions=_APPLICATIONS,
    ),
    DirectoryRole(
        id=GUEST_INVITER,
        name="Guest Inviter",
        permissions=frozenset({Permission.READ_USERS, Permission.INVITE_GUESTS}),
    ),
    DirectoryRole(id=MESSAGE_CENTER_READER, name="Message Center Reader"),
    DirectoryRole(id=REPORTS_READER, name="Reports Reader", permissions=_LOGS, acts_on=None),
    DirectoryRole(id=USAGE_SUMMARY_REPORTS_READER, name="Usage Summary Reports Reader"),
    DirectoryRole(id=USER_EXPERIENCE_SUCCESS_MANAGER, name="User Experience Success Manager"),
)
ROLES: Mapping[str, DirectoryRole] = {one.id: one for one in BUILT_IN}
CUSTOM = "custom"  # in a rule: every role that was made here
WORDS: Mapping[str, Permission] = {str(one): one for one in Permission}


def permissions_of(assignment: Assignment) -> frozenset[Permission]:
    """Return what the role of ``assignment`` permits.

    A custom role brings its permissions along, as words; one that is not known permits nothing.
    """
    built_in = ROLES.get(assignment.role)
    if built_in is not None:
        return built_in.permissions
    return known_permissions(assignment.permissions)


def known_permissions(words: Iterable[str]) -> frozenset[Permission]:
    """Return those of ``words`` that a custom role can permit."""
    return frozenset(WORDS[word] for word in words if word in WORDS) - NOT_IN_CUSTOM_ROLES


def made_here(role: CustomRole) -> DirectoryRole:
    """Return a custom role like a built-in one; it acts on people without a role only."""
    permissions = known_permissions(role.permissions)
    return DirectoryRole(
        id=role.id,
        name=role.name,
        description=role.description,
        permissions=permissions,
        for_units=True,
    )


def acts_on(assignment: Assignment, roles: frozenset[str]) -> bool:
    """Tell whether the role acts on somebody who holds all of ``roles``: each must be in its list.

    An assignment for a unit acts on nobody who holds any.
    """
    if assignment.unit is not None:
        return not roles
    role = ROLES.get(assignment.role)
    listed: frozenset[str] | None = frozenset() if role is None else role.acts_on
    return listed is None or roles <= listed


def acts_on_everybody(assignment: Assignment) -> bool:
    """Tell whether the role acts on everybody whom it is assigned for, whatever they hold."""
    role = ROLES.get(assignment.role)
    return assignment.unit is None and role is not None and role.acts_on is None


def is_named(role: str, named: frozenset[str] | None) -> bool:
    """Tell whether ``role`` is in ``named``, the names of roles in a rule; None are all of them."""
    return named is None or (ROLES[role].name if role in ROLES else CUSTOM) in named
