"""What a person uses a phone for: the word in forms, and the page on which each is changed."""

from collections.abc import Mapping

from proofup.methods.phone import ALTERNATE_MOBILE, MOBILE, OFFICE

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
