"""Text that people read: names of persons, apps and the organisation, in any script.

Unicode Standard Annex 31 keeps the two join controls, because Persian, Sinhala and other scripts
are written with them. Other marks that show nothing are dropped; control characters are refused.
"""

import unicodedata

JOIN_CONTROLS = frozenset("\u200c\u200d")  # zero width non-joiner and joiner
# Format characters that do show: Arabic, Syriac and Kaithi signs above or below numbers.
SHOWN_FORMAT = frozenset(
    map(chr, (*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD))
)
IDEOGRAPHS = range(0x20000, 0x3FFFE)  # planes 2 and 3: Unicode adds letters of names each year
REFUSED = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


class UnshowableTextError(ValueError):
    """A text has control characters, or letters that no font shows."""


def shown_text(typed: str) -> str:
    """Return ``typed`` as it is to be shown: a plain space for any space, none at the ends.

    Raises UnshowableTextError.
    """
    if typed.isascii() and typed.isprintable():
        return typed.strip()
    kept = "".join(map(_shown, typed.strip()))
    # A join control has its meaning between two letters, and shows nothing at an end.
    return kept.strip(" \u200c\u200d")


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if letter == "\t" or category == "Zs":
        return " "
    if category == "Cf" and letter not in JOIN_CONTROLS and letter not in SHOWN_FORMAT:
        return ""
    if category in REFUSED and not (category == "Cn" and ord(letter) in IDEOGRAPHS):
        raise UnshowableTextError
    return letter
