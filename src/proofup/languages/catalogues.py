"""The words of each language, read from its catalogue when they are first wanted.

The ``.mo`` files are made from the ``.po`` files by ``make words`` and kept beside them, so that
nothing has to be built or parsed at a start; English needs no file at all (decision 13).
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from msgspec import Struct

from proofup.languages.known import ENGLISH, known
from proofup.values.words import Words


class Catalogues(Struct, frozen=True):
    """The port ``Languages``; ``default`` is what is spoken where nothing else is known."""

    default: str = ENGLISH

    def nearest(self, *wanted: str | None) -> str:
        """Return the first of ``wanted`` that there is, else the default."""
        return next(filter(None, map(known, wanted)), self.default)

    def words(self, language: str) -> Words:
        """Return the words of ``language``."""
        return str if language == ENGLISH else translations(language).gettext


@cache
def translations(language: str) -> NullTranslations:
    """Return the catalogue of one of our languages."""
    if language == ENGLISH:
        return NullTranslations()
    with (files(__package__) / "catalogues" / f"{language}.mo").open("rb") as catalogue:
        return GNUTranslations(catalogue)
