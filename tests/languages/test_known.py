import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from proofup.languages.known import LANGUAGES, Language, known


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_ch", "de"),
        (" ar-SA ", "ar"),
        ("en-Latn-GB-oxendict", "en"),
        ("fr", None),
        ("den", None),
        ("-de", None),
        ("", None),
        (None, None),
        ("de-" + "x" * 40, None),
    ],
)
def test_LNG_01_a_tag_means_the_language_it_is_of(tag: str | None, language: str | None) -> None:
    assert known(tag) == language


@given(st.text())
def test_WE2_whatever_is_asked_for_is_a_language_or_none(tag: str) -> None:
    assert known(tag) in {None, *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: str(language.tag))
def test_a_language_is_called_and_written_as_in_cldr(language: Language) -> None:
    locale = Locale.parse(language.tag)
    assert language.name == locale.get_display_name(language.tag)
    assert language.direction == locale.text_direction
    assert Locale.parse(language.dates).language == language.tag
