"""User names: one canonical form for comparing, the typed one for showing.

NFKC, case folded, trimmed. What could make two names look alike (control and format letters,
direction marks, a mixture of scripts) is refused, not repaired: security.md WE1. Only at the ends
of a name it is dropped, because it comes along when a name is copied.
"""

import unicodedata
from functools import lru_cache

from proofup.values.errors import InvalidNameError

LONGEST_NAME = 113  # Entra: 64 before the @, 48 behind it
FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks that show nothing (Unicode's Default_Ignorable_Code_Point as far as FORBIDDEN
# leaves it, and the blank Braille pattern): two names must not differ by one of these.
INVISIBLE = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)


# Imports look up each name twice, about 100 names apart.
@lru_cache(maxsize=128)
def canonical_name(typed: str) -> str:
    """Return the one form in which ``typed`` is stored and compared.

    Raises InvalidNameError with one of the reasons ``empty``, ``too long``, ``control
    characters``, ``spaces``, ``mixed scripts``, ``not an address``.
    """
    if len(typed) > 4 * LONGEST_NAME:
        raise InvalidNameError("too long")
    name = folded_name(typed)
    _check(name)
    return name


def folded_name(typed: str) -> str:
    """Return ``typed`` in the form that is compared, whether or not it can be a name."""
    # Folding may leave NFKC and the other way round; twice is the Unicode standard's own answer
    # (chapter 3.13, identifier caseless matching).
    name = spelled_name(typed)
    if name.isascii():
        name = name.lower()  # all that comes of the rest, which takes ten times as long
    else:
        for _ in range(2):
            folded = unicodedata.normalize("NFKC", name).casefold()
            name = spelled_name(unicodedata.normalize("NFKC", folded))
    return name


def spelled_name(typed: str) -> str:
    """Return ``typed`` without spaces, tabs and invisible marks at its ends."""
    start, end = 0, len(typed)
    while start < end and _shows_nothing(typed[start]):
        start += 1
    while start < end and _shows_nothing(typed[end - 1]):
        end -= 1
    return typed[start:end]


def _shows_nothing(letter: str) -> bool:
    return letter.isspace() or letter in INVISIBLE or unicodedata.category(letter) == "Cf"


def _check(name: str) -> None:
    """Raise InvalidNameError unless ``name``, in canonical form, can be a user name."""
    if not name:
        raise InvalidNameError("empty")
    if len(name) > LONGEST_NAME:
        raise InvalidNameError("too long")
    if _hides_something(name):
        raise InvalidNameError("control characters")
    if " " in name if name.isascii() else any(map(str.isspace, name)):
        raise InvalidNameError("spaces")
    local, at, domain = name.rpartition("@")
    labels = domain.split(".")
    if not (local and at and all(labels)) or "@" in local:
        raise InvalidNameError("not an address")
    if name.isascii():
        return  # Latin, all of it
    for part in (local, *labels):
        if len({script for script in map(_script, part) if script}) > 1:
            raise InvalidNameError("mixed scripts")


def _hides_something(name: str) -> bool:
    if name.isascii():
        return not name.isprintable()
    return any(map(_is_hidden, name))


def _is_hidden(letter: str) -> bool:
    return letter in INVISIBLE or unicodedata.category(letter) in FORBIDDEN


# First words of names that are no script of their own, or that are written together by rule:
# Japanese, Korean and Bopomofo with Han (Unicode TR 39, Highly Restrictive).
_SCRIPTS = {
    "HIRAGANA": "CJK",
    "KATAKANA": "CJK",
    "KATAKANA-HIRAGANA": "CJK",  # the sign that draws a vowel out
    "IDEOGRAPHIC": "CJK",  # the iteration mark, as in the name Sasaki
    "HANGUL": "CJK",
    "BOPOMOFO": "CJK",
    "ARABIC-INDIC": "ARABIC",
    "EXTENDED": "ARABIC",  # EXTENDED ARABIC-INDIC DIGIT
}


def _script(letter: str) -> str | None:
    """Return the script of ``letter``, by the first word of its name; None for shared ones.

    Digits count where they are not Latin: the Bengali four looks like an eight.
    """
    if not letter.isalpha() and (letter.isascii() or not letter.isdecimal()):
        return None
    word = unicodedata.name(letter, "").split(" ", 1)[0]
    if word == "MODIFIER":  # such as the okina of Hawaiian, written in several scripts
        return None
    return _SCRIPTS.get(word, word)
