"""Reading a phone number that was typed or pasted, as the library of numbers reads it.

Whatever the library takes for a valid number of the region is never read otherwise. What it does
not know (other scripts, a zero in brackets, ``00`` in place of ``+``) is tried after it.
"""

import re
import unicodedata
from typing import TYPE_CHECKING

from proofup.values.errors import InvalidPhoneNumberError

if TYPE_CHECKING:
    import phonenumbers

LONGEST_INPUT = 64  # letters; more is no number in any spelling
DROPPED = frozenset({"Cf", "Mn", "Me"})  # direction marks, variation selectors, keycaps
REFUSED = frozenset({"Cc", "Cs", "Co", "Cn"})
# 98765432.0 and 4.9E+11: a spreadsheet took the number for a quantity, and may have rounded it.
QUANTITY = re.compile(r"[+-]?[0-9]+(?:[.,]0+|(?:[.,][0-9]+)?[eE][+-]?[0-9]+)")
BRACKETED_ZERO = re.compile(r"\(\s*0\s*\)")
# Digits that some countries once had behind their code, for mobile phones; contact lists keep them.
FORMER_PREFIXES = {52: "1"}  # Mexico, until 2019


def plain_text(typed: str) -> str:
    """Return ``typed`` with Latin digits and plain spaces, without marks that show nothing.

    Raises InvalidPhoneNumberError.
    """
    if len(typed) > LONGEST_INPUT:
        raise InvalidPhoneNumberError("too long")
    text = typed.strip()
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_plain, unicodedata.normalize("NFKC", text))).strip()
    if not text:
        raise InvalidPhoneNumberError("empty")
    if QUANTITY.fullmatch(text):
        raise InvalidPhoneNumberError("spreadsheet")
    return text


def read_number(text: str, region: str | None) -> "phonenumbers.PhoneNumber":
    """Return the number in ``text``, which is plain, where ``region`` has it from.

    Raises InvalidPhoneNumberError.
    """
    from phonenumbers import CountryCodeSource

    number = _by_prefix(text, region)
    if number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY:
        return number
    if "(" in text and BRACKETED_ZERO.search(text):
        return _without_bracketed_zero(number, _by_prefix(BRACKETED_ZERO.sub("", text), region))
    return _without_former_prefix(number)


def _without_bracketed_zero(
    kept: "phonenumbers.PhoneNumber", dropped: "phonenumbers.PhoneNumber"
) -> "phonenumbers.PhoneNumber":
    """Return the valid one of two readings: Italian landlines keep the zero, most numbers do not.

    Raises InvalidPhoneNumberError where the two are numbers of two people.
    """
    from phonenumbers import is_valid_number, national_significant_number

    if not is_valid_number(kept):
        return dropped
    is_same = national_significant_number(kept) == national_significant_number(dropped)
    if is_valid_number(dropped) and not is_same:
        raise InvalidPhoneNumberError("zero")
    return kept


def _by_prefix(text: str, region: str | None) -> "phonenumbers.PhoneNumber":
    """Return the number in ``text``, with ``00`` read as the region reads it, else as ``+``."""
    from phonenumbers import CountryCodeSource, is_valid_number

    if not text.startswith("00"):
        return _parsed(text, region)
    with_plus = "+" + text[2:]
    try:
        number = _parsed(text, region)
    except InvalidPhoneNumberError:
        return _parsed(with_plus, region)
    if number.country_code_source != CountryCodeSource.FROM_NUMBER_WITH_IDD:
        return number if is_valid_number(number) else _parsed(with_plus, region)
    if _country_code_if_valid(with_plus) in {None, number.country_code}:
        return number
    # 001 is the way abroad in Hong Kong, and for a guest from Europe the way to America.
    raise InvalidPhoneNumberError("no country")


def _country_code_if_valid(text: str) -> int | None:
    from phonenumbers import is_valid_number

    try:
        number = _parsed(text, None)
    except InvalidPhoneNumberError:
        return None
    return number.country_code if is_valid_number(number) else None


def _without_former_prefix(number: "phonenumbers.PhoneNumber") -> "phonenumbers.PhoneNumber":
    import phonenumbers

    prefix = FORMER_PREFIXES.get(number.country_code or 0)
    if prefix is None or phonenumbers.is_valid_number(number):
        return number
    national = phonenumbers.national_significant_number(number)
    if not national.startswith(prefix):
        return number
    return _parsed(f"+{number.country_code}{national.removeprefix(prefix)}", None)


def _parsed(text: str, region: str | None) -> "phonenumbers.PhoneNumber":
    import phonenumbers

    try:
        # What stood in front of the number is noted only where it matters: it takes a third longer.
        return phonenumbers.parse(text, region, keep_raw_input=not text.startswith("+"))
    except phonenumbers.NumberParseException as error:
        no_country = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        raise InvalidPhoneNumberError("no country" if no_country else "not a number") from error


def _plain(letter: str) -> str:
    category = unicodedata.category(letter)
    if letter == "\t":
        return " "
    if category in REFUSED:
        raise InvalidPhoneNumberError("control characters")
    if category in DROPPED:
        return ""
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
