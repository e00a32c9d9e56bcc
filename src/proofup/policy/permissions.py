"""What can be permitted: one permission for each kind of act, and how fresh its proof must be."""

from datetime import timedelta
from enum import StrEnum


class Permission(StrEnum):
    """What a role may permit."""

    READ_USERS = "readUsers"  # profiles, states, roles: find anybody
    READ_METHODS = "readMethods"  # which kinds of method, since when, last used when
    READ_METHOD_DETAILS = "readMethodDetails"  # their names, and their numbers masked
    SEE_NUMBERS = "seeNumbers"  # and find people by them
    READ_SIGN_INS = "readSignIns"
    READ_AUDIT_LOG = "readAuditLog"
    READ_RULES = "readRules"
    ADD_USERS = "addUsers"
    CHANGE_PROFILES = "changeProfiles"
    CHANGE_CONTACTS = "changeContacts"  # public numbers, and other addresses, of a profile
    DELETE_USERS = "deleteUsers"  # and restore them, and erase them for good
    ENABLE_ACCOUNTS = "enableAccounts"  # and disable them
    SET_PASSWORDS = "setPasswords"
    REVOKE_SESSIONS = "revokeSessions"
    FORGET_DEVICES = "forgetDevices"  # browsers that go without a second proof
    DELETE_APP_PASSWORDS = "deleteAppPasswords"
    RELEASE_CHANGES = "releaseChanges"
    BLOCK_PROOFS = "blockProofs"  # and allow them again
    SET_MFA_STATE = "setMfaState"
    ADD_METHODS = "addMethods"  # phones and the like; and set the default
    ISSUE_METHODS = "issueMethods"
    DELETE_METHODS = "deleteMethods"
    RESET_METHODS = "resetMethods"
    INVITE = "invite"
    INVITE_GUESTS = "inviteGuests"  # which adds them
    CHECK_CALLERS = "checkCallers"  # let callers prove who they are
    ASSIGN_ROLES = "assignRoles"  # and make custom ones
    MANAGE_UNITS = "manageUnits"
    MANAGE_GROUPS = "manageGroups"  # and say who belongs to them
    SET_RULES = "setRules"
    EXPORT_USERS = "exportUsers"
    READ_APPLICATIONS = "readApplications"
    MANAGE_APPLICATIONS = "manageApplications"  # with their secrets and certificates
    GRANT_PERMISSIONS = "grantPermissions"  # to applications, and roles


READING = frozenset(
    {
        Permission.READ_USERS,
        Permission.READ_METHODS,
        Permission.READ_METHOD_DETAILS,
        Permission.READ_SIGN_INS,
        Permission.READ_AUDIT_LOG,
        Permission.READ_RULES,
        Permission.READ_APPLICATIONS,
    }
)
# Administrators of a unit, or of people without a role, find everybody all the same.
BROWSING = frozenset({Permission.READ_USERS})
# Everything else done to oneself as an administrator could weaken one's own proofs.
ON_ONESELF = READING | {Permission.REVOKE_SESSIONS, Permission.FORGET_DEVICES}
# Roles of one's own making must not lead to a higher one.
NOT_IN_CUSTOM_ROLES = frozenset(
    {Permission.ASSIGN_ROLES, Permission.MANAGE_UNITS, Permission.GRANT_PERMISSIONS}
)
# An application may do this only by a role of its own, as its permissions have no rank.
BY_ROLE_ALONE = frozenset({Permission.ASSIGN_ROLES, Permission.GRANT_PERMISSIONS})

FRESH_FOR = timedelta(minutes=15)
FRESH_FOR_SERVICE = timedelta(minutes=5)  # what concerns the whole organisation
OF_SERVICE = frozenset(
    {
        Permission.ASSIGN_ROLES,
        Permission.MANAGE_UNITS,
        Permission.SET_RULES,
        Permission.EXPORT_USERS,
        Permission.MANAGE_APPLICATIONS,
        Permission.GRANT_PERMISSIONS,
    }
)


def fresh_for(permission: Permission) -> timedelta | None:
    """Return for how long a second proof lets a person do what takes ``permission``.

    None is as long as the session that it was given in.
    """
    if permission in READING:
        return None
    return FRESH_FOR_SERVICE if permission in OF_SERVICE else FRESH_FOR
