"""What all one-time codes share.

Six uniformly random decimal digits, found in typed or pasted text; NIST SP 800-63B-4, *Out-of-Band
Verifiers* and *Single-Factor OTP*.
"""

import hmac
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from msgspec import Struct

from proofup.methods.protocol import Accepted, Because, Challenge, Purpose, Rejected, Verdict
from proofup.methods.registered_methods import RegisteredMethod
from proofup.values.digests import Digests
from proofup.values.ids import ChallengeId, Entropy

DIGITS = 6
LIFETIME = timedelta(minutes=3)  # Entra's 180 seconds; SP 800-63B-4 allows ten minutes
LONGEST_ANSWER = 256  # characters: a whole message may be pasted


def new_code(entropy: Entropy) -> str:
    """Return six digits, each of the million equally likely."""
    while True:
        number = int.from_bytes(entropy(3), "big") & 0xFFFFF
        # 20 bits give 0 to 1048575. Values from a million on are drawn again: modulo would bias.
        if number < 10**DIGITS:
            return f"{number:0{DIGITS}}"


def typed_code(answer: str) -> str | None:
    """Return the code in ``answer``, or None if there is no code.

    Digits of any script count. Spaces, dashes, direction marks and other signs between the digits
    are dropped, and so are words around them, because people paste whole messages. Two different
    codes in one answer count as none, because an answer is one guess.
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
    """Return whether ``pending`` has expired; at its expiry instant it has."""
    return at >= pending.expires_at


class SentCodes(Struct, frozen=True):
    """Codes that a message carries: only a keyed digest is stored, and an answer meets it."""

    digests: Digests

    def verifier(
        self, code: str, challenge_id: ChallengeId, purpose: Purpose, held: RegisteredMethod
    ) -> bytes:
        """Return what is stored of ``code`` until it is answered."""
        return self._verifiers(code, challenge_id, purpose, held)[0]

    def verify(
        self, held: RegisteredMethod, pending: Challenge, typed: str, *, at: datetime
    ) -> Verdict:
        """Accept the code that was sent, until it is over."""
        if is_over(pending, at):
            return Rejected(Because.LATE)
        code = typed_code(typed)
        if code is None or pending.verifier is None:
            return Rejected(Because.WRONG)
        # The key may have been rotated since the code was sent.
        expected = self._verifiers(code, pending.id, pending.purpose, held)
        if not any(hmac.compare_digest(one, pending.verifier) for one in expected):
            return Rejected(Because.WRONG)
        return Accepted(held.used(at=at))

    def _verifiers(
        self, code: str, challenge_id: ChallengeId, purpose: Purpose, held: RegisteredMethod
    ) -> Sequence[bytes]:
        # The digest covers everything the code is bound to, so it is worthless elsewhere.
        return self.digests(code, challenge_id, held.user_id, held.id, purpose)
