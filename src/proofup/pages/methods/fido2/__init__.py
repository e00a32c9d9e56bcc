"""The pages of passkeys: made, asked for, and used without a user name; the browser answers."""

from proofup.pages.methods.parts import MethodPages

PAGES = MethodPages()
