"""What can be told of a new user: Graph's property names, and two of ours."""

from collections.abc import Mapping

COLUMNS = (
    "userPrincipalName",
    "displayName",
    "givenName",
    "surname",
    "mail",
    "mobilePhone",
    "businessPhones",
    "userType",
    "accountEnabled",
    "preferredLanguage",
    "usageLocation",
    "password",  # ours: Graph has it in passwordProfile
    "passwordHash",  # ours: as another system stored it
    "authenticationPhone",  # ours: Graph has it behind the user's authentication methods
)
REQUIRED = ("userPrincipalName", "displayName")

OPTIONS: Mapping[str, str] = {
    "display-name": "displayName",
    "given-name": "givenName",
    "surname": "surname",
    "mail": "mail",
    "mobile-phone": "mobilePhone",
    "business-phones": "businessPhones",
    "user-type": "userType",
    "account-enabled": "accountEnabled",
    "preferred-language": "preferredLanguage",
    "usage-location": "usageLocation",
    "authentication-phone": "authenticationPhone",
}
