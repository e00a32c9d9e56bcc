"""The public profile of a user as commands tell it."""

from typing import Any

from proofup.administration.profile_fields import DETAILS
from proofup.directory.users import User


def profile(user: User) -> dict[str, Any]:
    """Return the profile under Graph's names, in values that JSON has."""
    return {
        "id": user.id,
        "userPrincipalName": user.user_principal_name,
        "displayName": user.display_name,
        "givenName": user.given_name,
        "surname": user.surname,
        "mail": user.mail,
        "mobilePhone": user.mobile_phone,
        "businessPhones": list(user.business_phones),
        "userType": user.user_type.value,
        "preferredLanguage": user.preferred_language,
        "usageLocation": user.usage_location,
        **{name: _cell(getattr(user.details, one.attribute)) for name, one in DETAILS.items()},
        "createdDateTime": user.created_at.isoformat(),
    }


def _cell(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
