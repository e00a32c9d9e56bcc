"""A number is meant by any spelling of the whole, or by its last digits."""

import pytest

from proofup.values.number_search import ending_of, sought_number
from proofup.values.phone_numbers import stored_phone_number

MOBILE = stored_phone_number("+44 7700900067")
OFFICE = stored_phone_number("+1 4255551234X12345")


@pytest.mark.parametrize(
    "typed",
    [
        "+44 7700 900067",
        "+447700900067",
        "0044 7700 900067",
        "07700 900067",
        "07700\u00a0900\u2011067",
        "(07700) 900-067",
        "+44 (0) 7700 900067",
        "+\u0664\u0664 7700 900067",
        "7700900067",
        "900067",
        "00 67",
        "0067",
    ],
)
def test_every_spelling_and_every_ending_means_the_number(typed: str) -> None:
    sought = sought_number(typed, region="GB")
    assert sought
    assert ending_of(MOBILE) in sought.endings
    assert sought.is_met_by(MOBILE)


@pytest.mark.parametrize("typed", ["+44 7700 900068", "1067", "+1 7700 900067", "10067", "90067 1"])
def test_another_number_is_not_met(typed: str) -> None:
    sought = sought_number(typed, region="GB")
    assert sought is None or not sought.is_met_by(MOBILE)


@pytest.mark.parametrize("typed", ["", "067", "robin", "robin.0067", "0067@contoso.test", "9" * 99])
def test_what_is_no_number_means_none(typed: str) -> None:
    assert sought_number(typed, region="GB") is None


@pytest.mark.parametrize("typed", ["+1 425 555 1234 x12345", "+1 425 555 1234", "555-1234", "1234"])
def test_a_line_of_an_office_is_met_with_and_without_its_extension(typed: str) -> None:
    sought = sought_number(typed)
    assert sought
    assert sought.is_met_by(OFFICE)


def test_another_line_of_the_same_office_is_not_met() -> None:
    sought = sought_number("+1 425 555 1234 x777")
    assert sought
    assert not sought.is_met_by(OFFICE)
