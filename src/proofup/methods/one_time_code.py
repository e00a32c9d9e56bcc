"""What one-time codes of all kinds have in common.

Six decimal digits, drawn evenly, read from whatever was typed or pasted; NIST SP 800-63B-4,
*Out-of-Band Verifiers* and *Single-Factor OTP*.
"""

import unicodedata
from datetime import datetime, timedelta
from itertools import groupby

from proofup.methods.protocol import Challenge
from proofup.values.ids import Entropy

DIGITS = 6
LIFETIME = timedelta(minutes=3)  # Entra's 180 seconds; SP 800-63B-4 allows ten minutes
LONGEST_ANSWER = 256  # letters: a whole message may be pasted


def new_code(entropy: Entropy) -> str:
    """Return six digits, each of the million equally likely."""
    while True:
        number = int.from_bytes(entropy(3), "big") & 0xFFFFF
        # 20 bit give 0 to 1048575: what lies above the million is drawn again, not folded down.
        if number < 10**DIGITS:
            return f"{number:0{DIGITS}}"


def typed_code(answer: str) -> str | None:
    """Return the digits a person meant by ``answer``, or None where it is no code.

    Digits of any script count. Spaces, dashes, direction marks and other signs between the
    digits are dropped, and so are words around them, because people paste whole messages. Two
    different codes in one answer are none: an answer is one guess.
    """
    if len(answer) > LONGEST_ANSWER:
        return None
    signs = (letter for letter in answer if letter.isalnum())
    runs = ("".join(run) for is_digit, run in groupby(signs, str.isdecimal) if is_digit)
    codes = {_latin(run) for run in runs if len(run) == DIGITS}
    return codes.pop() if len(codes) == 1 else None


def _latin(digits: str) -> str:
    return "".join(str(unicodedata.decimal(digit)) for digit in digits)


def is_over(pending: Challenge, at: datetime) -> bool:
    """Tell whether ``pending`` takes no answer any more; the instant itself is too late."""
    return at >= pending.expires_at
