"""What one-time codes of all kinds have in common.

Six decimal digits, drawn evenly, typed with or without spaces; NIST SP 800-63B-4,
*Out-of-Band Verifiers* and *Single-Factor OTP*.
"""

import unicodedata
from datetime import datetime, timedelta

from proofup.methods.protocol import Challenge
from proofup.values.ids import Entropy

DIGITS = 6
LIFETIME = timedelta(minutes=3)  # Entra's 180 seconds; SP 800-63B-4 allows ten minutes
LONGEST_ANSWER = 32  # letters, spaces among them; more is no code in any spelling
IGNORED = frozenset({"Pd", "Cf"})  # dashes; direction marks and others that show nothing


def new_code(entropy: Entropy) -> str:
    """Return six digits, each of the million equally likely."""
    while True:
        number = int.from_bytes(entropy(3), "big") & 0xFFFFF
        # 20 bit give 0 to 1048575: what lies above the million is drawn again, not folded down.
        if number < 10**DIGITS:
            return f"{number:0{DIGITS}}"


def typed_code(answer: str) -> str | None:
    """Return the digits a person meant by ``answer``, or None where it is no code.

    Spaces, dashes and the direction marks that are copied with them fall away, and digits of
    any script count, because phones show and type all of these.
    """
    if len(answer) > LONGEST_ANSWER:
        return None
    kept = [
        letter
        for letter in answer
        if not letter.isspace() and unicodedata.category(letter) not in IGNORED
    ]
    if len(kept) != DIGITS or not all(letter.isdecimal() for letter in kept):
        return None
    return "".join(str(unicodedata.decimal(letter)) for letter in kept)


def is_over(pending: Challenge, at: datetime) -> bool:
    """Tell whether ``pending`` takes no answer any more; the instant itself is too late."""
    return at >= pending.expires_at
