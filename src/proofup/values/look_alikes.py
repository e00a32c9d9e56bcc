"""Names that look alike: the skeleton of Unicode Technical Standard 39, section 4.

Two names with one skeleton cannot be told apart on a screen. Letters of ASCII stay what they are,
so that ``arno`` and ``amo`` are two people; every other letter becomes what it looks like.
``workshop/look_alikes.py`` makes the table.
"""

import unicodedata
from functools import cache
from importlib.resources import files

SOFT_DOTTED = frozenset("ij")
DOT_ABOVE = "\u0307"


def look_alike(name: str) -> str:
    """Return what ``name``, in canonical form, looks like; the same for all that look like it."""
    if name.isascii():
        return name
    table = _table()
    shown = unicodedata.normalize("NFD", name).translate(table)
    return "".join(_without_second_dots(unicodedata.normalize("NFD", shown)))


def _without_second_dots(text: str) -> list[str]:
    """Return the letters of ``text``; an i shows its dot once, however often it is written."""
    kept: list[str] = []
    for letter in text:
        if not (letter == DOT_ABOVE and kept and kept[-1] in SOFT_DOTTED):
            kept.append(letter)
    return kept


@cache
def _table() -> dict[int, str]:
    lines = files("proofup.values").joinpath("look_alikes.txt").read_text(encoding="utf-8")
    return {
        ord(letter): standing
        for standing, _, letters in (line.rpartition(" ") for line in lines.splitlines())
        for letter in letters
    }
