"""The translations of each language, loaded from its catalogue on first use.

``make words`` makes the ``.mo`` files from the ``.po`` files; both are committed, so the start
neither builds nor parses anything. English needs no file (decision 13).
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from msgspec import Struct

from proofup.languages.known import ENGLISH, known
from proofup.values.words import Words


class Catalogues(Struct, frozen=True):
    """Implements the port ``Languages``; ``default`` is used if no other language is known."""

    default: str = ENGLISH

    def nearest(self, *wanted: str | None) -> str:
        """Return the first available language of ``wanted``, else the default."""
        return next(filter(None, map(known, wanted)), self.default)

    def words(self, language: str) -> Words:
        """Return the translations of ``language``."""
        return str if language == ENGLISH else translations(language).gettext


@cache
def translations(language: str) -> NullTranslations:
    """Return the catalogue of one of our languages."""
    if language == ENGLISH:
        return NullTranslations()
    with (files(__package__) / "catalogues" / f"{language}.mo").open("rb") as catalogue:
        return GNUTranslations(catalogue)
