"""What a person uses a phone for: the word in forms, and the page on which each is changed."""

from collections.abc import Mapping

from proofup.directory.users import User
from proofup.methods.phone import ALTERNATE_MOBILE, MOBILE, OFFICE
from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.phone_numbers import PhoneNumber, parse_phone_number

# What is chosen on the page that adds a method.
CHOICES: Mapping[str, str] = {
    "phone": MOBILE,
    "alternatePhone": ALTERNATE_MOBILE,
    "officePhone": OFFICE,
}
PAGES: Mapping[str, str] = {
    MOBILE: "/security-info/phone",
    ALTERNATE_MOBILE: "/security-info/phone/alternate",
    OFFICE: "/security-info/phone/office",
}
SLOTS: Mapping[str, str] = {page: slot for slot, page in PAGES.items()}


def of_directory(user: User, slot: str) -> PhoneNumber | None:
    """Return the number to offer for ``slot``: the office number of the public profile.

    It is an offer and nothing more; it counts once it was called.
    """
    if slot != OFFICE or not user.business_phones:
        return None
    try:
        return parse_phone_number(
            user.business_phones[0], region=user.usage_location, extension_allowed=True
        )
    except InvalidPhoneNumberError:
        return None
