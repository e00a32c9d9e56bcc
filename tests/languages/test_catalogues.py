import pytest

from proofup.languages.catalogues import Catalogues, translations
from proofup.languages.known import ENGLISH, LANGUAGES


def test_LNG_01_the_first_language_that_there_is_is_spoken_else_the_organisations_own() -> None:
    catalogues = Catalogues("de")
    assert catalogues.nearest(None, "fr-FR", "ar-SA", "en") == "ar"
    assert catalogues.nearest("fr") == "de"
    assert catalogues.nearest() == "de"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_catalogue(language: str) -> None:
    assert translations(language) is translations(language)
    assert Catalogues().words(language)("nothing that is marked") == "nothing that is marked"


def test_english_is_what_stands_in_the_program() -> None:
    assert Catalogues().words(ENGLISH)("Sign in") == "Sign in"
    assert translations(ENGLISH).ngettext("%(count)s try", "%(count)s tries", 2).endswith("tries")
