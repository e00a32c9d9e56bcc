"""What can be permitted: one permission for each kind of act, and how fresh its proof must be."""

from datetime import timedelta
from enum import StrEnum


class Permission(StrEnum):
    """What a role may permit."""

    ADD_USERS = "addUsers"
    ENABLE_ACCOUNTS = "enableAccounts"  # and disable them
    SET_PASSWORDS = "setPasswords"
    REVOKE_SESSIONS = "revokeSessions"
    RELEASE_CHANGES = "releaseChanges"
    BLOCK_PROOFS = "blockProofs"  # and allow them again
    SET_MFA_STATE = "setMfaState"
    RESET_METHODS = "resetMethods"
    ISSUE_METHODS = "issueMethods"
    DELETE_METHODS = "deleteMethods"
    INVITE = "invite"
    ASSIGN_ROLES = "assignRoles"
    SET_RULES = "setRules"
    EXPORT_USERS = "exportUsers"


# Everything else done to oneself as an administrator could weaken one's own proofs.
ON_ONESELF = frozenset({Permission.REVOKE_SESSIONS})

FRESH_FOR = timedelta(minutes=15)
FRESH_FOR_SERVICE = timedelta(minutes=5)  # what concerns the whole organisation
OF_SERVICE = frozenset(
    {
        Permission.ASSIGN_ROLES,
        Permission.SET_RULES,
        Permission.EXPORT_USERS,
    }
)


def fresh_for(permission: Permission) -> timedelta:
    """Return for how long a second proof lets a person do what takes ``permission``."""
    return FRESH_FOR_SERVICE if permission in OF_SERVICE else FRESH_FOR
