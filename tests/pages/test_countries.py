import pytest

from proofup.languages.known import LANGUAGES
from proofup.pages.methods.phone.countries import countries


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_countries_are_there_in_every_language(language: str) -> None:
    found = countries(language)
    assert {country.code for country in found} == {country.code for country in countries("en")}
    assert len(found) > 200


def test_countries_stand_where_a_reader_looks_for_them() -> None:
    names = [country.name for country in countries("de")]
    assert names.index("Oman") < names.index("Österreich") < names.index("Pakistan")
    assert names[0] == "Afghanistan"
    (germany,) = (country for country in countries("ar") if country.code == "DE")
    assert germany.name == "ألمانيا"
    assert germany.calling_code == 49
