"""Why something was done, as the audit log keeps it."""

from proofup.values.errors import ProofupError
from proofup.values.shown_text import UnshowableTextError, shown_text

LONGEST = 200  # letters


class InvalidReasonError(ProofupError):
    """An act needs a reason of 1 to LONGEST letters that show."""


def checked_reason(text: str) -> str:
    """Return the reason in ``text``, on one line. Raises InvalidReasonError."""
    try:
        reason = shown_text(" ".join(text.split()))
    except UnshowableTextError as error:
        raise InvalidReasonError from error
    if not reason or len(reason) > LONGEST:
        raise InvalidReasonError
    return reason
