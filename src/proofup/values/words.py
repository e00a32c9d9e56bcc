"""What people read and hear, in their language: how it is marked, and who knows it.

Words stand in the code in English, marked; they are looked up where a person is told them, so
that nothing above or below need know which languages there are.
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
    """Return ``english`` as it is: the mark is for those who gather words to translate."""
    return english
