"""What can be told of a new user: Graph's property names, and some of ours."""

import difflib
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
    # Ours too: Graph has these behind the user's authentication methods.
    "authenticationPhone",
    "alternateAuthenticationPhone",
    "officePhone",
    "totpSecret",
    "defaultMethod",
    "perUserMfaState",
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


def did_you_mean(name: str) -> str:
    """Return what to write in place of ``name``, which is no column."""
    plain = {column.lower(): column for column in COLUMNS}
    same = plain.get("".join(filter(str.isalnum, name)).lower())
    near = [same] if same else difflib.get_close_matches(name, COLUMNS, n=1, cutoff=0.4)
    return f"Did you mean {near[0]}?" if near else f"Known are {', '.join(COLUMNS)}."
