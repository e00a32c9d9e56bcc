"""Secrets made of letters that a person reads and types: making, formatting and parsing them.

Crockford's base 32, five bits a letter, without letters that look like digits.
"""

import unicodedata

from proofup.values.secret import Secret

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
BITS = 5  # for each letter
GROUP = 4
LONGEST_TYPED = 256  # characters, including separators


def bytes_for(count: int) -> int:
    """Return how many random bytes are needed for ``count`` letters."""
    return -(-count * BITS // 8)


def as_letters(drawn: bytes, count: int) -> Secret[str]:
    """Return ``count`` letters out of random bytes, each of the 32 equally likely."""
    number = int.from_bytes(drawn, "big")
    letters = []
    for _ in range(count):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return Secret("".join(reversed(letters)))


def grouped(secret: Secret[str]) -> Secret[str]:
    """Return a secret in groups of four letters, as it is shown."""
    letters = secret.reveal()
    return Secret("-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP)))


def typed_letters(typed: str, *, count: int) -> Secret[str] | None:
    """Return the ``count`` letters in ``typed``, or None if it is no such secret.

    Spaces, dashes, invisible marks, lower case and full width make no difference. Digits of any
    script count, and letters that look like digits are read as them.
    """
    if len(typed) > LONGEST_TYPED:
        return None
    plain = unicodedata.normalize("NFKC", typed).upper()
    kept = (_plain(letter) for letter in plain if letter.isalnum())
    letters = "".join(kept).translate(READ_AS)
    if len(letters) != count or not set(letters) <= set(LETTERS):
        return None
    return Secret(letters)


def _plain(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
