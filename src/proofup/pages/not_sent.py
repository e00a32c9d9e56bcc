"""Why no message was sent: what a page says of it, and how it goes from one page to the next."""

import math
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from starlette.requests import Request

from proofup.challenges.start import NotSent
from proofup.challenges.tries import is_pause
from proofup.policy.budgets import CountryNotServedError, LineNotServedError
from proofup.policy.conversion import CountryStoppedError

# Entra's numbers, and its names for them where it has one.
NUMBERS = {
    "limit": (50088, "AuthenticationMethodLimitReached"),
    "country": (500121, "CountryNotServed"),
    "line": (500121, "LineNotServed"),
    "paused": (50053, "AuthenticationThrottled"),
}
FOR_EVER = frozenset({"country", "line"})  # unless the word comes with an end
SHORT = timedelta(seconds=90)  # a wait that a button counts down
LONGEST = timedelta(days=60)  # no limit lasts longer


class Trouble(Struct, frozen=True, kw_only=True):
    """Why no message was sent: ``limit``, ``paused``, ``country`` or ``line``.

    ``until`` is when the next one may be sent, or None where none ever is.
    """

    word: str
    until: datetime | None = None

    @property
    def query(self) -> str:
        """The query that tells it to the next page."""
        until = f"&until={math.ceil(self.until.timestamp())}" if self.until else ""
        return f"?trouble={self.word}{until}"

    def seconds_left(self, *, at: datetime) -> int | None:
        """Return the seconds until a message may be sent, or None where a page does not wait."""
        if self.until is None or self.until - at > SHORT:
            return None
        return max(0, math.ceil((self.until - at).total_seconds()))


def trouble_of(why: NotSent) -> Trouble:
    """Return what a page says of ``why``."""
    if isinstance(why, CountryStoppedError):
        return Trouble(word="country", until=why.until)
    if isinstance(why, LineNotServedError):
        return Trouble(word="line")
    if isinstance(why, CountryNotServedError):
        return Trouble(word="country")
    return Trouble(word="paused" if is_pause(why) else "limit", until=why.until)


def trouble_in(request: Request, *, at: datetime) -> Trouble | None:
    """Return the trouble that the address of ``request`` names, unless it is over."""
    word, until = request.query_params.get("trouble"), request.query_params.get("until", "")
    if word not in NUMBERS:
        return None
    if word in FOR_EVER and not until:
        return Trouble(word=word)
    if not (until.isascii() and until.isdecimal() and len(until) <= len("1000000000")):
        return None
    end = datetime.fromtimestamp(int(until), UTC)
    return Trouble(word=word, until=end) if at < end <= at + LONGEST else None
