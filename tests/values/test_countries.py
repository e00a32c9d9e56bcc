import phonenumbers
import pytest

from proofup.values.countries import COUNTRIES, MEANT, is_country, meant_country, no_country


def test_every_country_with_telephones_is_one() -> None:
    assert frozenset(phonenumbers.SUPPORTED_REGIONS) <= COUNTRIES
    assert len(COUNTRIES) == 252
    assert is_country("GB")
    assert not is_country("gb")


@pytest.mark.parametrize(
    ("typed", "meant"), [("UK", "GB"), ("gb", "GB"), (" uk ", "GB"), ("EL", "GR"), ("XX", None)]
)
def test_another_code_is_told_what_it_meant(typed: str, meant: str | None) -> None:
    assert meant_country(typed) == meant
    assert no_country(typed).endswith(f"Did you mean {meant}?" if meant else "code.")


def test_what_is_meant_is_a_country_and_what_is_mended_is_none() -> None:
    assert set(MEANT.values()) <= COUNTRIES
    assert not COUNTRIES & set(MEANT)
