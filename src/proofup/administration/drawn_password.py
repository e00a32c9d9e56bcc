"""Passwords drawn for people: long enough to stand alone, easy to read out and to type."""

from proofup.values.ids import Entropy
from proofup.values.secret import Secret

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # 31 that do not look like each other
GROUPS, GROUP = 4, 5  # 99 bit


def drawn_password(entropy: Entropy) -> Secret[str]:
    """Return a new password such as ``h7k2m-9qpwd-xr4tn-bc6vz``."""
    letters: list[str] = []
    while len(letters) < GROUPS * GROUP:
        # Five bits; the one value without a letter is drawn again, not folded down.
        number = entropy(1)[0] & 0x1F
        if number < len(LETTERS):
            letters.append(LETTERS[number])
    groups = ("".join(letters[at : at + GROUP]) for at in range(0, len(letters), GROUP))
    return Secret("-".join(groups))
