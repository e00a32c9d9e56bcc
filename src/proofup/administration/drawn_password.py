"""Random passwords for people: long enough without a second proof, easy to read out and type."""

from proofup.values.ids import Entropy
from proofup.values.secret import Secret

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # 31 that do not look like each other
GROUPS, GROUP = 4, 5  # 99 bit


def drawn_password(entropy: Entropy) -> Secret[str]:
    """Return a new password such as ``h7k2m-9qpwd-xr4tn-bc6vz``."""
    letters: list[str] = []
    while len(letters) < GROUPS * GROUP:
        # Five bits have 32 values for 31 letters. The extra value is drawn again: modulo would
        # bias.
        number = entropy(1)[0] & 0x1F
        if number < len(LETTERS):
            letters.append(LETTERS[number])
    groups = ("".join(letters[at : at + GROUP]) for at in range(0, len(letters), GROUP))
    return Secret("-".join(groups))
