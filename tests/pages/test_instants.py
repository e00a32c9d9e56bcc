from datetime import UTC, datetime

import pytest

from proofup.languages.catalogues import Catalogues
from proofup.pages import instants
from proofup.pages.instants import Days

AT = datetime(2026, 11, 21, 14, 32, 5, 999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (AT, "today 14:32 UTC"),
        (datetime(2026, 11, 21, 0, 0, tzinfo=UTC), "today 00:00 UTC"),
        (datetime(2026, 11, 18, 23, 59, tzinfo=UTC), "18 November"),
        (datetime(2026, 8, 4, tzinfo=UTC), "4 August"),
        (datetime(2025, 8, 4, tzinfo=UTC), "4 August 2025"),
    ],
)
def test_a_day_is_said_as_people_say_it(instant: datetime, words: str) -> None:
    assert Days("en", str).day(instant, AT).striptags() == words


def test_a_clock_time_carries_its_instant_for_the_script() -> None:
    assert instants.second(AT) == (
        '<time datetime="2026-11-21T14:32:05Z" data-form="second">14:32:05 UTC</time>'
    )
    assert instants.minute(AT).striptags() == "14:32 UTC"
    assert instants.iso(AT) == "2026-11-21T14:32:05Z"
    assert Days("en", str).in_full(AT) == "21 November 2026, 14:32 UTC"


@pytest.mark.parametrize(
    ("until", "shown"),
    [
        (datetime(2026, 11, 21, 14, 33, tzinfo=UTC), "14:33 UTC"),
        (datetime(2026, 11, 21, 14, 33, 1, tzinfo=UTC), "14:34 UTC"),
        (datetime(2026, 11, 21, 23, 59, 1, tzinfo=UTC), "00:00 UTC tomorrow"),
        (datetime(2026, 11, 22, 14, 32, tzinfo=UTC), "14:32 UTC tomorrow"),
        (datetime(2026, 12, 20, 9, 5, tzinfo=UTC), "09:05 UTC on 20 December"),
    ],
)
def test_a_wait_names_its_day_and_is_never_said_to_end_before_it_does(
    until: datetime, shown: str
) -> None:
    assert Days("en", str).when_over(until, AT).striptags() == shown


@pytest.mark.parametrize(
    ("language", "this_year", "in_full"),
    [
        ("en", "18 November", "4 August 2025"),
        ("de", "18. November", "4. August 2025"),
        ("ar", "18 نوفمبر", "4 أغسطس 2025"),
    ],
)
def test_a_day_is_said_as_its_language_does(language: str, this_year: str, in_full: str) -> None:
    days = Days(language, Catalogues().words(language))
    assert days.day(datetime(2026, 11, 18, tzinfo=UTC), AT).striptags() == this_year
    assert days.day(datetime(2025, 8, 4, tzinfo=UTC), AT).striptags() == in_full
    assert "14:32 UTC" in days.day(AT, AT)
    assert in_full in days.in_full(datetime(2025, 8, 4, tzinfo=UTC))
