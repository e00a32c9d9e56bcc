"""Why something was done, as the audit log keeps it."""

from proofup.values.errors import ProofupError

LONGEST = 200  # letters


class InvalidReasonError(ProofupError):
    """An act needs a reason of 1 to LONGEST letters that show."""


def checked_reason(text: str) -> str:
    """Return the reason in ``text``, on one line. Raises InvalidReasonError."""
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST or not reason.isprintable():
        raise InvalidReasonError
    return reason
