"""Translatable strings: how they are marked, and the port for translations.

Strings are in the code in English, marked, and are translated where they are shown. So no other
package needs to know the languages.
"""

from collections.abc import Callable
from typing import Protocol, TypeAlias

Words: TypeAlias = Callable[[str], str]
"""The words of one language for marked ones; facts stand in both as ``%(name)s``."""


class Languages(Protocol):
    """The languages in which people can be told things."""

    def nearest(self, *wanted: str | None) -> str:
        """Return the first of ``wanted`` (BCP 47) that is known, else the organisation's own."""
        ...

    def words(self, language: str) -> Words:
        """Return the words of ``language``, which ``nearest`` has named."""
        ...


def marked(english: str) -> str:
    """Return ``english`` unchanged: the mark is for extracting strings to translate."""
    return english
