"""The pages of authenticator apps: a key to scan, and the code that proves that it was."""

from proofup.methods.software_oath import WAY
from proofup.pages.methods.parts import MethodPages

LONGEST_NAME = 256

PAGES = MethodPages(inline={"displayName": LONGEST_NAME}, tick="app", preferred=(WAY,))
