"""Makes ``values/look_alikes.txt`` of the confusable letters of Unicode Technical Standard 39.

``python -m workshop.look_alikes CONFUSABLES.json`` reads the file of the package
``confusable-homoglyphs`` (3.3.1 of January 2024, after Unicode's ``confusables.txt``). It lists for
each letter those that are confused with it. Letters that are confused with the same letter are one
class. A line of the table has what stands for a class, a space, and the letters of the class that
can be in a user name, without those of ASCII.
"""

import json
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src" / "proofup" / "values" / "look_alikes.txt"
# The Cyrillic palochka is read as an i by the standard, and looks like an l in every font of ours.
OTHERWISE = {"\u04cf": "l"}


def _classes(confused: Mapping[str, list[dict[str, str]]]) -> Iterator[set[str]]:
    """Yield the sets of what is confused with each other, directly or through a third."""
    near: dict[str, set[str]] = defaultdict(set)
    for text, others in confused.items():
        for other in others:
            one, two = _plain(text), _plain(other["c"])
            near[one].add(two)
            near[two].add(one)
    left = set(near)
    while left:
        found, waiting = set[str](), {left.pop()}
        while waiting:
            found |= waiting
            waiting = {other for one in waiting for other in near[one]} - found
        left -= found
        yield found


def _plain(text: str) -> str:
    """Return ``text`` without the direction marks that the file puts around some letters."""
    return text.replace("\u200e", "").replace("\u200f", "")


def _in_names(letters: Collection[str]) -> list[str]:
    """Return those letters that a canonical name can have, once its marks are taken apart."""
    return sorted(
        one
        for one in letters
        if len(one) == 1
        and not one.isascii()
        and one not in OTHERWISE
        and unicodedata.category(one)[0] in "LMN"
        and unicodedata.normalize("NFKD", one).casefold() == one
    )


def _standing_for(letters: Collection[str]) -> str:
    """Return what stands for a class: a small Latin letter before anything else."""
    first = min(
        letters,
        key=lambda one: (not one.isascii(), len(one), not one.islower(), not one.isalpha(), one),
    )
    return unicodedata.normalize("NFKD", first).casefold()


def main() -> None:
    """Write the table."""
    lines: dict[str, set[str]] = defaultdict(set)
    for letter, other in OTHERWISE.items():
        lines[other].add(letter)
    for letters in _classes(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))):
        key = _standing_for(letters)
        lines[key] |= set(_in_names(letters)) - {key}
    words = (
        f"{key} {''.join(sorted(letters))}\n" for key, letters in sorted(lines.items()) if letters
    )
    TABLE.write_text("".join(words), encoding="utf-8")


if __name__ == "__main__":
    main()
