"""The countries of a phone field, with their calling codes; made once for each language."""

import unicodedata
from functools import cache
from typing import NamedTuple


class Country(NamedTuple):
    """One row of the field: ISO 3166 code, name in the reader's language, calling code."""

    code: str
    name: str
    calling_code: int


@cache
def countries(language: str = "en") -> tuple[Country, ...]:
    """Return all countries that have a calling code, by name."""
    # Both tables are large and only this page needs them.
    import phonenumbers
    from babel import Locale

    names = Locale.parse(language).territories
    found = (
        Country(code, names[code], phonenumbers.country_code_for_region(code))
        for code in phonenumbers.SUPPORTED_REGIONS
        if code in names
    )
    return tuple(sorted(found, key=lambda country: _place(country.name)))


def _place(name: str) -> str:
    """Return what ``name`` is sorted by: Österreich stands among the names with O."""
    plain = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
