"""Phone numbers: one parser, one stored form, one mask.

Numbers are stored in E.164 with Graph's one space behind the country code
(``+44 7700900067``), so that what Graph shows and what is stored are one string.
"""

import unicodedata
from dataclasses import dataclass

from proofup.values.errors import InvalidPhoneNumberError

LONGEST_INPUT = 64  # letters; more is no number in any spelling
SHOWN_DIGITS = 2  # of a masked number


@dataclass(frozen=True, slots=True)
class PhoneNumber:
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
    ``control characters``, ``extension``, ``no country``, ``not a number``, ``not in use``.
    """
    import phonenumbers

    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        raise InvalidPhoneNumberError("empty")
    if len(typed) > LONGEST_INPUT:
        raise InvalidPhoneNumberError("too long")
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"} for letter in text):
        raise InvalidPhoneNumberError("control characters")
    # Directional marks come along when a number is copied from a contact list; they mean nothing.
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        parsed = phonenumbers.parse(text, region.upper() if region else None)
    except phonenumbers.NumberParseException as error:
        no_country = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        raise InvalidPhoneNumberError("no country" if no_country else "not a number") from error
    if parsed.extension:
        raise InvalidPhoneNumberError("extension")
    if not phonenumbers.is_possible_number(parsed):
        raise InvalidPhoneNumberError("not a number")
    if not phonenumbers.is_valid_number(parsed):
        raise InvalidPhoneNumberError("not in use")
    return PhoneNumber(str(parsed.country_code), phonenumbers.national_significant_number(parsed))


def stored_phone_number(text: str) -> PhoneNumber:
    """Return the number that ``str`` of a PhoneNumber gave, without judging it again."""
    country_code, national = text.removeprefix("+").split(" ", 1)
    return PhoneNumber(country_code, national)
