"""Instants as pages write them: today by the clock, this year by the day, else in full.

In UTC, and saying so where there is a clock time; the script turns it into the time of the place
where the person is, from the ``datetime`` attribute. Hours go from 0 to 23 in every language.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from msgspec import Struct

from proofup.languages.known import LANGUAGES
from proofup.values.words import Words, marked

if TYPE_CHECKING:
    from babel import Locale


# The script says both too, and puts the time in place of the braces or the name.
TOMORROW = marked("{} tomorrow")
ON_A_DAY = marked("%(time)s on %(day)s")


class Days(Struct, frozen=True):
    """Writes days in one language, after CLDR."""

    language: str
    words: Words

    def day(self, instant: datetime, at: datetime) -> Markup:
        """Return ``today 14:32 UTC``, ``18 November`` or ``4 August 2025``, as seen from ``at``."""
        if instant.date() == at.date():
            # The script says it too, and puts the time in place of the braces.
            today = self.words(marked("today {}"))
            return _time(instant, today.replace("{}", f"{instant:%H:%M} UTC"), "day")
        locale = self._locale
        is_this_year = instant.year == at.year
        form = locale.datetime_skeletons["MMMMd"] if is_this_year else locale.date_formats["long"]
        return _time(instant, form.apply(instant, locale), "day")

    def when_over(self, instant: datetime, at: datetime) -> Markup:
        """Return when a wait ends: ``14:41 UTC``, ``00:05 UTC tomorrow``, or with its day.

        The words follow "after". A wait that ends within a minute is not said to be over at the
        beginning of that minute.
        """
        end = up_to_minute(instant)
        clock, days = f"{end:%H:%M} UTC", (end.date() - at.date()).days
        if days <= 0:
            told = clock
        elif days == 1:
            told = self.words(TOMORROW).replace("{}", clock)
        else:
            day = self._locale.datetime_skeletons["MMMMd"].apply(end, self._locale)
            told = self.words(ON_A_DAY) % {"time": clock, "day": day}
        return _time(end, told, "wait")

    def in_full(self, instant: datetime) -> str:
        """Return ``21 November 2026, 14:41 UTC``, for paper and mails, which have no script."""
        date = self._locale.date_formats["long"].apply(instant, self._locale)
        told = self.words(marked("%(date)s, %(time)s UTC"))
        return told % {"date": date, "time": f"{instant:%H:%M}"}

    @property
    def _locale(self) -> "Locale":
        from babel import Locale  # 30 ms, which no start need wait for

        return Locale.parse(LANGUAGES[self.language].dates)


def iso(instant: datetime) -> str:
    """Return ``instant`` as records have it: 2026-11-21T14:32:05Z (RFC 3339)."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}Z"


def minute(instant: datetime) -> Markup:
    """Return ``14:35 UTC``."""
    return _time(instant, f"{instant:%H:%M} UTC", "minute")


def up_to_minute(instant: datetime) -> datetime:
    """Return ``instant``, or the next full minute where it is between two."""
    begun = instant.replace(second=0, microsecond=0)
    return begun if begun == instant else begun + timedelta(minutes=1)


def second(instant: datetime) -> Markup:
    """Return ``14:32:05 UTC``."""
    return _time(instant, f"{instant:%H:%M:%S} UTC", "second")


def _time(instant: datetime, words: str, form: str) -> Markup:
    # Digits, one of our own names, and words that are escaped here.
    return Markup(  # noqa: S704
        f'<time datetime="{iso(instant)}" data-form="{form}">{escape(words)}</time>'
    )
