"""The pages of phones: a number to type for each use, and the text or call that proves it."""

from proofup.methods.phone import (
    ALTERNATE_MOBILE,
    MOBILE,
    OFFICE,
    SMS,
    VOICE_MOBILE,
    VOICE_OFFICE,
)
from proofup.pages.methods.parts import FormPage, Line, MethodPages
from proofup.pages.methods.phone.fields import PhoneFields

PAGES = MethodPages(
    forms=(
        FormPage(slot=MOBILE, path="/security-info/phone", choice="phone", proposed=True),
        FormPage(
            slot=ALTERNATE_MOBILE,
            path="/security-info/phone/alternate",
            choice="alternatePhone",
        ),
        FormPage(slot=OFFICE, path="/security-info/phone/office", choice="officePhone"),
    ),
    fields=PhoneFields(),
    lines=(
        Line(slot=MOBILE, name="phone"),
        Line(slot=OFFICE, name="office"),
        Line(slot=ALTERNATE_MOBILE, name="alternate"),
    ),
    preferred=(VOICE_MOBILE, SMS, VOICE_OFFICE),
)
