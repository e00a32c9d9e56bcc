"""Recovery codes: look-up secrets for the day on which everything else is lost.

NIST SP 800-63B-4, *Look-Up Secrets*: ten codes of 80 bit, shown once, each good for one sign-in. A
new set voids the old one. They are stored stretched, under one salt for the set, so that a try
costs one hash and not ten.
"""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.ids import Entropy, UserId
from proofup.values.secret import Secret
from proofup.values.stretching import Terms
from proofup.values.ways import Way

WAY = Way("recoveryCode")
CODES = 10
CODE_BYTES = 10  # 80 bit
SALT_BYTES = 16
# Crockford's base 32: what is easily read for something else is not in it, and is understood.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
LETTERS_IN_CODE = 16
GROUP = 4
LONGEST_TYPED = 64


class StoredCode(Struct, frozen=True):
    """One code that was not used yet."""

    number: int
    digest: bytes


class RecoverySet(Struct, frozen=True, kw_only=True):
    """The codes of one person, as stored; used ones are gone."""

    id: str
    user_id: UserId
    salt: bytes
    terms: Terms
    created_at: datetime
    unused: tuple[StoredCode, ...]


class RecoveryCodes(Protocol):
    """Reads recovery codes."""

    async def of_user(self, user_id: UserId) -> RecoverySet | None:
        """Return the person's set, or None where there is none or every code was used."""
        ...


class SetRecoveryCodes(Change, frozen=True, kw_only=True):
    """Stores a set in place of the one there was."""

    new: RecoverySet


class SpendRecoveryCode(Change, frozen=True, kw_only=True):
    """Uses a code up. Raises AlreadySpentError where it was used, or its set replaced."""

    user_id: UserId
    set_id: str
    number: int


class RemoveRecoveryCodes(Change, frozen=True, kw_only=True):
    """Removes a person's codes; having none is no error."""

    user_id: UserId


def new_codes(entropy: Entropy) -> tuple[Secret[str], ...]:
    """Return a new set, each code as ``typed_code`` returns it."""
    return tuple(Secret(_in_letters(entropy(CODE_BYTES))) for _ in range(CODES))


def shown(code: Secret[str]) -> str:
    """Return a code in groups of four, as it is shown once."""
    letters = code.reveal()
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def typed_code(typed: str) -> Secret[str] | None:
    """Return the code a person meant by ``typed``, or None where it is none.

    Spaces, dashes and lower case are as good; letters that look like digits are read as them.
    """
    if len(typed) > LONGEST_TYPED:
        return None
    letters = "".join(letter for letter in typed.upper() if letter.isalnum()).translate(READ_AS)
    if len(letters) != LETTERS_IN_CODE or not set(letters) <= set(LETTERS):
        return None
    return Secret(letters)


def _in_letters(drawn: bytes) -> str:
    number = int.from_bytes(drawn, "big")
    letters = []
    for _ in range(LETTERS_IN_CODE):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(reversed(letters))


def left_of(found: RecoverySet | None) -> int:
    """Return how many codes are unused."""
    return len(found.unused) if found else 0
