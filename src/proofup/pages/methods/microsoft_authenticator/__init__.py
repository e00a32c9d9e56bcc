"""The pages of the service's own authenticator app: a code to scan, then a number to type on it."""

from proofup.methods.microsoft_authenticator import PUSH
from proofup.pages.methods.parts import MethodPages

PAGES = MethodPages(tick="authenticator", preferred=(PUSH,))
