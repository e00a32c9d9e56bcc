"""The permissions of built-in roles, as in Microsoft's table (docs/behaviour-rows.md, CAP)."""

from itertools import chain

from proofup.directory.roles import GLOBAL_ADMINISTRATOR, Assignment
from proofup.policy.permissions import NOT_IN_CUSTOM_ROLES, READING, Permission
from proofup.policy.roles import (
    APPLICATION_ADMINISTRATOR,
    AUTHENTICATION_ADMINISTRATOR,
    AUTHENTICATION_POLICY_ADMINISTRATOR,
    BUILT_IN,
    CLOUD_APPLICATION_ADMINISTRATOR,
    DIRECTORY_READERS,
    GLOBAL_READER,
    GROUPS_ADMINISTRATOR,
    GUEST_INVITER,
    HELP_DESK_MFA,
    HELPDESK_ADMINISTRATOR,
    PASSWORD_ADMINISTRATOR,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
    REPORTS_READER,
    ROLES,
    SECURITY_ADMINISTRATOR,
    SECURITY_READER,
    USER_ADMINISTRATOR,
    permissions_of,
)

HIGH = (GLOBAL_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR)
METHODS = (*HIGH, AUTHENTICATION_ADMINISTRATOR, HELP_DESK_MFA)
PASSWORDS = (
    *(*HIGH, AUTHENTICATION_ADMINISTRATOR),
    *(HELPDESK_ADMINISTRATOR, USER_ADMINISTRATOR, PASSWORD_ADMINISTRATOR),
)
USERS = (*HIGH, AUTHENTICATION_ADMINISTRATOR, USER_ADMINISTRATOR)
RULES = (GLOBAL_ADMINISTRATOR, AUTHENTICATION_POLICY_ADMINISTRATOR)
LOGS = (
    *(GLOBAL_ADMINISTRATOR, GLOBAL_READER, REPORTS_READER),
    *(SECURITY_ADMINISTRATOR, SECURITY_READER),
)
READERS_OF_RULES = (*RULES, GLOBAL_READER, SECURITY_ADMINISTRATOR, SECURITY_READER)
ROLES_AND_UNITS = (GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR)
PERMITS = {
    Permission.READ_METHODS: (*METHODS, GLOBAL_READER),  # CAP-01
    Permission.READ_METHOD_DETAILS: METHODS,
    Permission.SEE_NUMBERS: HIGH,
    Permission.ADD_METHODS: METHODS,  # CAP-02
    Permission.DELETE_METHODS: METHODS,
    Permission.INVITE: METHODS,
    Permission.INVITE_GUESTS: (  # CAP-15
        *(GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR, GUEST_INVITER),
    ),
    Permission.RELEASE_CHANGES: METHODS,
    Permission.RESET_METHODS: METHODS,  # CAP-03
    Permission.FORGET_DEVICES: METHODS,  # CAP-04
    Permission.DELETE_APP_PASSWORDS: METHODS,  # CAP-07
    Permission.REVOKE_SESSIONS: (*PASSWORDS, HELP_DESK_MFA),  # CAP-05
    Permission.SET_PASSWORDS: PASSWORDS,  # CAP-06
    Permission.CHECK_CALLERS: (*PASSWORDS, HELP_DESK_MFA),
    # CAP-08: Microsoft's pages disagree; who changes methods sets the state of the same people.
    Permission.SET_MFA_STATE: (*RULES, *HIGH, AUTHENTICATION_ADMINISTRATOR),
    Permission.SET_RULES: RULES,  # CAP-09, CAP-10, CAP-11
    Permission.READ_RULES: READERS_OF_RULES,
    Permission.ISSUE_METHODS: (*HIGH, AUTHENTICATION_ADMINISTRATOR),  # CAP-13
    Permission.ENABLE_ACCOUNTS: USERS,  # CAP-14
    Permission.CHANGE_PROFILES: USERS,
    Permission.DELETE_USERS: USERS,
    Permission.CHANGE_CONTACTS: PASSWORDS,
    Permission.READ_APPLICATIONS: (
        *(*ROLES_AND_UNITS, GLOBAL_READER, DIRECTORY_READERS),
        *(APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR),
    ),
    Permission.MANAGE_APPLICATIONS: (
        *(GLOBAL_ADMINISTRATOR, APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR),
    ),
    Permission.GRANT_PERMISSIONS: ROLES_AND_UNITS,
    Permission.ADD_USERS: (GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR),
    Permission.BLOCK_PROOFS: RULES,  # CAP-19
    Permission.READ_SIGN_INS: LOGS,
    Permission.READ_AUDIT_LOG: LOGS,
    Permission.ASSIGN_ROLES: ROLES_AND_UNITS,
    Permission.MANAGE_UNITS: ROLES_AND_UNITS,
    Permission.MANAGE_GROUPS: (*(GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR, GROUPS_ADMINISTRATOR),),
    Permission.EXPORT_USERS: (GLOBAL_ADMINISTRATOR,),
}


def test_CAP_01_to_06_and_08_to_10_and_13_and_14_and_19_roles_permit_what_microsofts_do() -> None:
    for permission, roles in PERMITS.items():
        permitting = {one.id for one in BUILT_IN if permission in one.permissions}
        assert permitting == set(roles), permission
    assert set(Permission) - set(PERMITS) == {Permission.READ_USERS}


def test_whoever_may_do_anything_to_people_finds_them() -> None:
    for role in BUILT_IN:
        if role.permissions - READING:
            assert Permission.READ_USERS in role.permissions, role.name


def test_every_list_names_roles_that_are_there_and_none_of_the_highest() -> None:
    assert len(ROLES) == len(BUILT_IN) == len({one.name for one in BUILT_IN})
    named = set(chain.from_iterable(one.acts_on or () for one in BUILT_IN))
    assert named < set(ROLES)
    assert not named & {*HIGH, PRIVILEGED_ROLE_ADMINISTRATOR}


def test_who_acts_on_everybody_only_reads_or_gives_roles() -> None:
    for role in BUILT_IN:
        if role.acts_on is None and role.id not in HIGH:
            assert role.permissions <= READING | NOT_IN_CUSTOM_ROLES, role.name


def test_a_role_for_a_unit_permits_nothing_that_is_about_the_organisation() -> None:
    for role in BUILT_IN:
        if role.for_units:
            assert not role.permissions & {*NOT_IN_CUSTOM_ROLES, Permission.SET_RULES}, role.name


def test_a_built_in_role_permits_nothing_that_is_stored_beside_it() -> None:
    more = frozenset({"setRules"})
    assert permissions_of(Assignment(role=SECURITY_READER, permissions=more)) == (
        ROLES[SECURITY_READER].permissions
    )


def test_whoever_gives_rights_or_roles_acts_on_everybody() -> None:
    giving = {Permission.GRANT_PERMISSIONS, Permission.ASSIGN_ROLES}
    assert all(one.acts_on is None for one in BUILT_IN if one.permissions & giving)
