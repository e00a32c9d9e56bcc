"""The pages of mail addresses for password resets: one to type, and the code that proves it."""

from proofup.methods.email import SLOT
from proofup.pages.methods.email.fields import EmailFields
from proofup.pages.methods.parts import FormPage, MethodPages

PAGES = MethodPages(
    forms=(FormPage(slot=SLOT, path="/security-info/email", choice="email"),),
    fields=EmailFields(),
)
