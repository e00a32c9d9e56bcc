"""User names: one canonical form for comparing, the typed one for showing.

NFKC, case folded, trimmed. What could make two names look alike (control and format letters,
direction marks, a mixture of scripts) is refused, not repaired: security.md WE1.
"""

import unicodedata

from proofup.values.errors import InvalidNameError

LONGEST_NAME = 113  # Entra: 64 before the @, 48 behind it
FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def canonical_name(typed: str) -> str:
    """Return the one form in which ``typed`` is stored and compared.

    Raises InvalidNameError with one of the reasons ``empty``, ``too long``, ``control
    characters``, ``spaces``, ``mixed scripts``, ``not an address``.
    """
    if len(typed) > 4 * LONGEST_NAME:
        raise InvalidNameError("too long")
    if any(unicodedata.category(letter) in FORBIDDEN for letter in typed.strip()):
        raise InvalidNameError("control characters")
    # Folding may leave NFKC and the other way round; twice is the Unicode standard's own answer
    # (chapter 3.13, identifier caseless matching).
    name = typed.strip()
    for _ in range(2):
        name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()
    _check(name)
    return name


def _check(name: str) -> None:
    """Raise InvalidNameError unless ``name``, in canonical form, can be a user name."""
    if not name:
        raise InvalidNameError("empty")
    if len(name) > LONGEST_NAME:
        raise InvalidNameError("too long")
    if any(unicodedata.category(letter) in FORBIDDEN for letter in name):
        raise InvalidNameError("control characters")
    if any(letter.isspace() for letter in name):
        raise InvalidNameError("spaces")
    local, at, domain = name.rpartition("@")
    if not (local and at and domain) or "@" in local:
        raise InvalidNameError("not an address")
    for part in (local, *domain.split(".")):
        if len({script for script in map(_script, part) if script}) > 1:
            raise InvalidNameError("mixed scripts")


def _script(letter: str) -> str | None:
    """Return the script of ``letter``, by the first word of its name; None for shared ones."""
    if not letter.isalpha():
        return None
    word = unicodedata.name(letter, "").split(" ", 1)[0]
    # Japanese and Korean names mix these by rule (Unicode TR 39, Highly Restrictive).
    return "CJK" if word in {"HIRAGANA", "KATAKANA", "HANGUL", "CJK"} else word
