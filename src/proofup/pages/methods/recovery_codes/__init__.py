"""The pages of recovery codes: how many are left, a new set shown once, and a code typed."""

from proofup.methods.recovery_codes import CODES
from proofup.pages.methods.parts import IssuePage, MethodPages

PAGES = MethodPages(
    facts={"count": CODES},
    issue=IssuePage(path="/security-info/recovery-codes", choice="recoveryCodes"),
)
