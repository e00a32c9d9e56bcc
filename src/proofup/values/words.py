"""Translatable strings: how they are marked, and the port for translations.

Strings are in the code in English, marked, and are translated where they are shown. So no other
package needs to know the languages.
"""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from msgspec import Struct, field

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


class Said(Struct, frozen=True):
    """A sentence to be translated where it is shown; its ``words`` are marked."""

    words: str
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def english(self) -> str:
        """The sentence as an operator reads it."""
        return self.words % self.facts if self.facts else self.words


def said(words: str | Said) -> Said:
    """Return ``words`` as a sentence; plain ones are not translated unless they are marked."""
    return words if isinstance(words, Said) else Said(words)
