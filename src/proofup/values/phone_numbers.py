"""Phone numbers: one parser, one stored form, one mask.

Numbers are stored in E.164 with Graph's one space behind the country code
(``+44 7700900067``) and an extension behind an X (``+1 4255551234X12345``), so that what Graph
shows and what is stored are one string.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.typed_numbers import plain_text, read_number

if TYPE_CHECKING:
    import phonenumbers

LONGEST_EXTENSION = 7  # digits; ITU-T E.123 knows no bound, and longer ones are typing errors
SHOWN_DIGITS = 2  # of a masked number


class PhoneNumber(Struct, frozen=True):
    """A number in E.164, as its country code and the national digits behind it.

    ``extension`` is what is dialled behind it to reach a line of an office.
    """

    country_code: str
    national: str
    extension: str | None = None

    def __str__(self) -> str:
        line = f"X{self.extension}" if self.extension else ""
        return f"+{self.country_code} {self.national}{line}"

    @property
    def e164(self) -> str:
        """The number as carriers want it: ``+447700900067``."""
        return f"+{self.country_code}{self.national}"

    @property
    def readable(self) -> str:
        """The number in the groups of its own country, for its owner: ``+44 7700 900067``."""
        import phonenumbers

        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        line = f" X{self.extension}" if self.extension else ""
        return phonenumbers.format_number(_parsed(self), form) + line

    @property
    def masked(self) -> str:
        """The number as a page before full proof may show it: ``+XX XXXXXXXX67``.

        The plus, the space and the last two digits stay (Entra's own mask).
        """
        hidden = "X" * (len(self.national) - SHOWN_DIGITS)
        return f"+{'X' * len(self.country_code)} {hidden}{self.national[-SHOWN_DIGITS:]}"


def parse_phone_number(
    typed: str, *, region: str | None = None, extension_allowed: bool = False
) -> PhoneNumber:
    """Return the number a person means by ``typed``.

    Any spelling will do: spaces, dashes, brackets, a trunk zero, other digits than the Latin
    ones. ``region`` (ISO 3166, such as ``GB``) says where a number without ``+`` belongs, and
    what is dialled there to call abroad. An extension (``x123``, ``ext. 123``) is for lines of an
    office alone. Raises InvalidPhoneNumberError with one of the reasons ``empty``, ``too long``,
    ``control characters``, ``spreadsheet``, ``extension``, ``no country``, ``zero``,
    ``too short``, ``not a number``, ``premium``.

    A number is taken when its range is known, or when it has the length of a mobile number of its
    country: ranges are opened faster than tables of them are renewed, and a number only counts
    once it has answered.
    """
    number = _read(plain_text(typed), region, extension_allowed=extension_allowed)
    kind = line_type(number)
    if kind in _not_for_codes():
        raise InvalidPhoneNumberError("premium")
    if problem := _problem_of_length(number, kind):
        raise InvalidPhoneNumberError(problem)
    return number


def _read(text: str, region: str | None, *, extension_allowed: bool) -> PhoneNumber:
    """Return the number the library finds in ``text``."""
    import phonenumbers

    parsed = read_number(text, region.upper() if region else None)
    if parsed.extension and not extension_allowed:
        raise InvalidPhoneNumberError("extension")
    national = phonenumbers.national_significant_number(parsed)
    typed_digits = "".join(filter(str.isdecimal, text))
    if _has_letter(text) and not typed_digits.endswith(national + (parsed.extension or "")):
        # The library reads letters as keys (FLOWERS is 3569377): a typing error would become a
        # stranger's number.
        raise InvalidPhoneNumberError("not a number")
    return PhoneNumber(str(parsed.country_code), national, _digits(parsed.extension))


def _problem_of_length(number: PhoneNumber, kind: int) -> str | None:
    """Return why ``number``, of a line of ``kind``, has not the length of any number, or None.

    A range in no table is probably a new one of mobile phones. Their length is known, so a digit
    too few or too many does not make the number a stranger's.
    """
    from phonenumbers import (
        PhoneNumberType,
        ValidationResult,
        is_possible_number_for_type_with_reason,
        region_code_for_country_code,
        supported_types_for_region,
    )

    if kind != PhoneNumberType.UNKNOWN:
        return None
    region, parsed = region_code_for_country_code(int(number.country_code)), _parsed(number)
    kinds = [PhoneNumberType.UNKNOWN]
    if PhoneNumberType.MOBILE in supported_types_for_region(region):
        kinds.append(PhoneNumberType.MOBILE)
    found = {is_possible_number_for_type_with_reason(parsed, kind) for kind in kinds}
    if found <= {ValidationResult.IS_POSSIBLE}:
        return None
    short = {ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}
    return "too short" if found & short else "not a number"


def parse_extension(typed: str) -> str | None:
    """Return the extension in ``typed``, or None where there is none.

    Raises InvalidPhoneNumberError with the reason ``extension`` for anything but a few digits.
    """
    if not typed:
        return None
    try:
        text = plain_text(typed)
    except InvalidPhoneNumberError as error:
        if error.reason == "empty":
            return None
        raise InvalidPhoneNumberError("extension") from error
    if not text.isdecimal() or len(text) > LONGEST_EXTENSION:
        raise InvalidPhoneNumberError("extension")
    return text


def _digits(extension: str | None) -> str | None:
    """Return the digits of an extension that the library found."""
    return parse_extension(extension) if extension else None


def _has_letter(text: str) -> bool:
    return any(letter.isascii() and letter.isalpha() for letter in text)


# Where a message may go, what it costs and under what it is counted is asked in a row.
@lru_cache(maxsize=1)
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


def is_global(number: PhoneNumber) -> bool:
    """Tell whether ``number`` belongs to no country: to a satellite or to a global service."""
    import phonenumbers

    code = phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
    return code in phonenumbers.region_codes_for_country_code(int(number.country_code))


def is_landline(number: PhoneNumber) -> bool:
    """Tell whether ``number`` is known to be a line that takes calls but no texts."""
    import phonenumbers

    return line_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE


# A new number is looked up twice in a row, when it is parsed and by ``is_landline``.
@lru_cache(maxsize=1)
def line_type(number: PhoneNumber) -> int:
    """Return the library's ``PhoneNumberType`` of ``number``."""
    import phonenumbers

    return phonenumbers.number_type(_parsed(number))


@cache
def _not_for_codes() -> frozenset[int]:
    """Return the library's types of lines on which nobody is called or texted."""
    from phonenumbers import PhoneNumberType as Type

    return frozenset({Type.PREMIUM_RATE, Type.SHARED_COST, Type.UAN, Type.PAGER, Type.VOICEMAIL})


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
    country_code, rest = text.removeprefix("+").split(" ", 1)
    national, _, extension = rest.partition("X")
    return PhoneNumber(country_code, national, extension or None)
