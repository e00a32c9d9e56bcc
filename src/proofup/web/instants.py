"""Instants as pages write them: today by the clock, this year by the day, else in full.

In UTC, and saying so where there is a clock time; the script turns it into the time of the place
where the person is, from the ``datetime`` attribute.
"""

from datetime import datetime, timedelta

from markupsafe import Markup

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def iso(instant: datetime) -> str:
    """Return ``instant`` as records have it: 2026-11-21T14:32:05Z (RFC 3339)."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}Z"


def day(instant: datetime, at: datetime) -> Markup:
    """Return ``today 14:32 UTC``, ``18 November`` or ``4 August 2025``, as seen from ``at``."""
    if instant.date() == at.date():
        return _time(instant, f"today {instant:%H:%M} UTC", "day")
    month = MONTHS[instant.month - 1]
    year = "" if instant.year == at.year else f" {instant.year}"
    return _time(instant, f"{instant.day} {month}{year}", "day")


def minute(instant: datetime) -> Markup:
    """Return ``14:35 UTC``."""
    return _time(instant, f"{instant:%H:%M} UTC", "minute")


def next_minute(instant: datetime) -> Markup:
    """Return the first full minute that is not before ``instant``: from when a thing works again.

    A wait that ends within a minute must not be said to be over at its beginning.
    """
    return minute(up_to_minute(instant))


def up_to_minute(instant: datetime) -> datetime:
    """Return ``instant``, or the next full minute where it is between two."""
    begun = instant.replace(second=0, microsecond=0)
    return begun if begun == instant else begun + timedelta(minutes=1)


def second(instant: datetime) -> Markup:
    """Return ``14:32:05 UTC``."""
    return _time(instant, f"{instant:%H:%M:%S} UTC", "second")


def in_full(instant: datetime) -> str:
    """Return ``21 November 2026, 14:41 UTC``, for mails, which have no script."""
    return f"{instant.day} {MONTHS[instant.month - 1]} {instant.year}, {instant:%H:%M} UTC"


def _time(instant: datetime, words: str, form: str) -> Markup:
    return Markup('<time datetime="{}" data-form="{}">{}</time>').format(iso(instant), form, words)
