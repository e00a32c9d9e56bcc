"""The pages of hardware tokens: a serial number to type, and the code that activates the token."""

from proofup.methods.hardware_oath import SLOT
from proofup.pages.methods.hardware_oath.fields import TokenFields
from proofup.pages.methods.parts import FormPage, MethodPages

PAGES = MethodPages(
    forms=(FormPage(slot=SLOT, path="/security-info/token", choice="hardwareOath"),),
    fields=TokenFields(),
)
