"""The pages of authenticator apps: a key to scan, and the code that proves that it was."""

from proofup.methods.software_oath import WAY
from proofup.pages.methods.parts import MethodPages

PAGES = MethodPages(tick="app", preferred=(WAY,))
