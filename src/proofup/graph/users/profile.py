"""``user``: which properties there are, which of them are told unasked, and from where."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from proofup.administration.profile_fields import DETAILS
from proofup.directory.users import Person, User
from proofup.graph.answers import Resource, instant
from proofup.graph.odata.errors import QueryError

UNASKED = (
    *("businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone"),
    *("officeLocation", "preferredLanguage", "surname", "userPrincipalName", "id"),
)
# Properties of the type that nothing is stored for; lists are empty, the others are null.
NEVER_SET = frozenset(
    {"aboutMe", "ageGroup", "authorizationInfo", "birthday"}
    | {"consentProvidedForMinor", "creationType", "customSecurityAttributes"}
    | {"deletedDateTime", "deviceEnrollmentLimit", "employeeHireDate"}
    | {"employeeLeaveDateTime", "employeeOrgData", "externalUserState"}
    | {"externalUserStateChangeDateTime", "hireDate", "isManagementRestricted"}
    | {"isResourceAccount", "lastPasswordChangeDateTime"}
    | {"legalAgeGroupClassification", "mailboxSettings", "mySite"}
    | {"onPremisesDistinguishedName", "onPremisesDomainName", "onPremisesExtensionAttributes"}
    | {"onPremisesImmutableId", "onPremisesLastSyncDateTime", "onPremisesSamAccountName"}
    | {"onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "onPremisesUserPrincipalName"}
    | {"passwordPolicies", "passwordProfile", "preferredDataLocation"}
    | {"preferredName", "print", "securityIdentifier", "showInAddressList", "signInActivity"}
    | {"signInSessionsValidFromDateTime"}
)
EMPTY_LISTS = frozenset(
    {"assignedLicenses", "assignedPlans", "imAddresses", "interests", "licenseAssignmentStates"}
    | {"onPremisesProvisioningErrors", "pastProjects", "provisionedPlans"}
    | {"proxyAddresses", "responsibilities", "schools", "serviceProvisioningErrors", "skills"}
)


def _nickname(user: User) -> str:
    return user.user_principal_name.partition("@")[0]


OF_USER: Mapping[str, Callable[[User], Any]] = {
    "id": attrgetter("id"),
    "userPrincipalName": attrgetter("user_principal_name"),
    "displayName": attrgetter("display_name"),
    "givenName": attrgetter("given_name"),
    "surname": attrgetter("surname"),
    "mail": attrgetter("mail"),
    "mobilePhone": attrgetter("mobile_phone"),
    "businessPhones": attrgetter("business_phones"),
    "preferredLanguage": attrgetter("preferred_language"),
    "usageLocation": attrgetter("usage_location"),
    "userType": attrgetter("user_type"),
    **{name: attrgetter(f"details.{one.attribute}") for name, one in DETAILS.items()},
    "createdDateTime": lambda user: instant(user.created_at),
    "mailNickname": _nickname,
    **{name: lambda _: None for name in NEVER_SET},
    **{name: lambda _: [] for name in EMPTY_LISTS},
    "identities": lambda _: [],
}


def check_known(names: Sequence[str]) -> Sequence[str]:
    """Return ``names``, or all that are told unasked. Raises QueryError for an unknown one."""
    if not names:
        return UNASKED
    if "*" in names:
        return (*UNASKED, "accountEnabled", "createdDateTime", "usageLocation", "userType")
    for name in names:
        if name not in OF_USER and name != "accountEnabled":
            message = f"Could not find a property named '{name}' on type 'microsoft.graph.user'."
            raise QueryError(message)
    return names


def shown(person: Person, names: Sequence[str]) -> Resource:
    """Return these properties of a user, which are known."""
    user = person.user
    return {
        name: person.account.enabled if name == "accountEnabled" else OF_USER[name](user)
        for name in names
    }
