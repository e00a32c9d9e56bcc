"""Which registered number somebody means who looks for one: the whole of it, or its last digits."""

import re

from msgspec import Struct

from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.phone_numbers import PhoneNumber, parse_phone_number
from proofup.values.typed_numbers import BRACKETED_ZERO, plain_text

ENDING = 4  # digits at the end of a number: the fewest that are looked for
LOCAL = 7  # digits from which on a zero in front is the one that is dialled within a country
SPELLING = re.compile(r"[0-9+()/. \-\u2010-\u2015]+")


class SoughtNumber(Struct, frozen=True):
    """What was typed: the ``whole`` number that it may be, and the last ``digits`` of any."""

    whole: PhoneNumber | None
    digits: str

    @property
    def endings(self) -> frozenset[str]:
        """The last digits of every number that can be meant."""
        found = {self.digits[-ENDING:]} if self.digits else set[str]()
        return frozenset(found | ({ending_of(self.whole)} if self.whole else set()))

    def is_met_by(self, number: PhoneNumber) -> bool:
        """Tell whether ``number`` is meant, whatever line stands behind it."""
        if self.whole is not None and self.whole.e164 == number.e164:
            return self.whole.extension in {None, number.extension}
        return bool(self.digits) and number.e164.endswith(self.digits)


def sought_number(typed: str, *, region: str | None = None) -> SoughtNumber | None:
    """Return which number is meant by ``typed``, or None if no number can be.

    Any spelling that is taken for a registration will do; ``region`` (ISO 3166) says where a
    number without ``+`` may belong. Four digits or more are also taken for the end of a number.
    """
    try:
        text = plain_text(typed)
    except InvalidPhoneNumberError:
        return None
    try:
        whole = parse_phone_number(typed, region=region, extension_allowed=True)
    except InvalidPhoneNumberError:
        whole = None
    digits = _last_digits(text)
    return SoughtNumber(whole, digits) if whole or digits else None


def ending_of(number: PhoneNumber) -> str:
    """Return the digits by which ``number`` is looked up."""
    return number.e164[-ENDING:]


def _last_digits(text: str) -> str:
    if not SPELLING.fullmatch(text):
        return ""
    digits = "".join(filter(str.isdecimal, BRACKETED_ZERO.sub("", text)))
    local = digits.lstrip("0")
    found = local if len(local) >= LOCAL else digits
    return found if len(found) >= ENDING else ""
