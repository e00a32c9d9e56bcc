"""Phone numbers: one parser, one stored form, one mask.

Numbers are stored in E.164 with Graph's one space behind the country code
(``+44 7700900067``), so that what Graph shows and what is stored are one string.
"""

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from proofup.values.errors import InvalidPhoneNumberError

if TYPE_CHECKING:
    import phonenumbers

LONGEST_INPUT = 64  # letters; more is no number in any spelling
SHOWN_DIGITS = 2  # of a masked number


class PhoneNumber(Struct, frozen=True):
    """A number in E.164, as its country code and the national digits behind it."""

    country_code: str
    national: str

    def __str__(self) -> str:
        return f"+{self.country_code} {self.national}"

    @property
    def e164(self) -> str:
        """The number as carriers want it: ``+447700900067``."""
        return f"+{self.country_code}{self.national}"

    @property
    def readable(self) -> str:
        """The number in the groups of its own country, for its owner: ``+44 7700 900067``."""
        import phonenumbers

        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(_parsed(self), form)

    @property
    def masked(self) -> str:
        """The number as a page before full proof may show it: ``+XX XXXXXXXX67``.

        The plus, the space and the last two digits stay (Entra's own mask).
        """
        hidden = "X" * (len(self.national) - SHOWN_DIGITS)
        return f"+{'X' * len(self.country_code)} {hidden}{self.national[-SHOWN_DIGITS:]}"


def parse_phone_number(typed: str, *, region: str | None = None) -> PhoneNumber:
    """Return the number a person means by ``typed``.

    Any spelling will do: spaces, dashes, brackets, a trunk zero, other digits than the Latin
    ones. ``region`` (ISO 3166, such as ``GB``) says where a number without ``+`` or ``00``
    belongs. Raises InvalidPhoneNumberError with one of the reasons ``empty``, ``too long``,
    ``control characters``, ``extension``, ``no country``, ``not a number``, ``premium``.

    A number is taken when its length is right for its country, whether or not its range is
    known to be in use: ranges are opened faster than tables of them are renewed, and a number
    only counts once it has answered.
    """
    import phonenumbers

    if len(typed) > LONGEST_INPUT:
        raise InvalidPhoneNumberError("too long")
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        raise InvalidPhoneNumberError("empty")
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"} for letter in text):
        raise InvalidPhoneNumberError("control characters")
    text = "".join(map(_latin_digit, text))
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        parsed = phonenumbers.parse(text, region.upper() if region else None)
    except phonenumbers.NumberParseException as error:
        no_country = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        raise InvalidPhoneNumberError("no country" if no_country else "not a number") from error
    if parsed.extension:
        raise InvalidPhoneNumberError("extension")
    national = phonenumbers.national_significant_number(parsed)
    if _has_letter(text) and not "".join(filter(str.isdecimal, text)).endswith(national):
        # The library reads letters as keys (FLOWERS is 3569377): a typing error would become a
        # stranger's number.
        raise InvalidPhoneNumberError("not a number")
    if (
        phonenumbers.is_possible_number_with_reason(parsed)
        != phonenumbers.ValidationResult.IS_POSSIBLE
    ):
        raise InvalidPhoneNumberError("not a number")
    number = PhoneNumber(str(parsed.country_code), national)
    if _line_of(number) in {
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.PAGER,
        phonenumbers.PhoneNumberType.VOICEMAIL,
    }:
        raise InvalidPhoneNumberError("premium")
    return number


def _latin_digit(letter: str) -> str:
    """Return ``letter`` with a digit of any script as a Latin one, and without format letters.

    Directional marks come along when a number is copied from a contact list; they mean nothing.
    """
    if unicodedata.category(letter) == "Cf":
        return ""
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _has_letter(text: str) -> bool:
    return any(letter.isascii() and letter.isalpha() for letter in text)


def country_of(number: PhoneNumber) -> str | None:
    """Return the ISO 3166 code of the country ``number`` belongs to, or None where unknown.

    A number of a range that no table knows belongs to the country of its code; where several
    share the code, to the main one of them.
    """
    import phonenumbers

    sharing = phonenumbers.region_codes_for_country_code(int(number.country_code))
    if not sharing:
        return None
    known = phonenumbers.region_code_for_number(_parsed(number))
    return known or str(sharing[0])  # the main one stands first


def is_landline(number: PhoneNumber) -> bool:
    """Tell whether ``number`` is known to be a line that takes calls but no texts."""
    import phonenumbers

    return _line_of(number) == phonenumbers.PhoneNumberType.FIXED_LINE


@lru_cache(maxsize=1)  # who is asked twice asks twice in a row, and no number stays for long
def _line_of(number: PhoneNumber) -> int:
    """Return the library's ``PhoneNumberType`` of ``number``."""
    import phonenumbers

    return phonenumbers.number_type(_parsed(number))


def _parsed(number: PhoneNumber) -> "phonenumbers.PhoneNumber":
    """Return ``number`` as the library keeps it; reading its digits again costs five times more."""
    import phonenumbers

    zeros = len(number.national) - len(number.national.lstrip("0"))
    return phonenumbers.PhoneNumber(
        country_code=int(number.country_code),
        national_number=int(number.national),
        italian_leading_zero=zeros > 0,
        number_of_leading_zeros=zeros or None,
    )


def stored_phone_number(text: str) -> PhoneNumber:
    """Return the number that ``str`` of a PhoneNumber gave, without judging it again."""
    country_code, national = text.removeprefix("+").split(" ", 1)
    return PhoneNumber(country_code, national)
