"""The pages of a Temporary Access Pass: its letters typed in place of the password."""

from proofup.pages.methods.parts import MethodPages

PAGES = MethodPages(issuing={"lifetimeInMinutes": 16, "isUsableOnce": 8})
