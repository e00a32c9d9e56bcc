"""The fields of a phone: its number in any spelling, where it belongs, and how to ask it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from proofup.directory.users import User
from proofup.methods.phone import OFFICE, VOICE_MOBILE
from proofup.methods.protocol import Description
from proofup.pages.forms import Form
from proofup.pages.methods.parts import Asking
from proofup.pages.methods.phone.countries import countries
from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.phone_numbers import PhoneNumber, country_of, parse_phone_number
from proofup.values.ways import Way

LONGEST_NUMBER = 256
LONGEST_EXTENSION = 64
LIKELY_REGION = "US"  # where nothing else is known


class PhoneFields(Struct, frozen=True):
    """Reads and shows ``number``, ``region``, ``extension`` and ``way``."""

    def read(self, form: Form) -> dict[str, str]:
        """Return the fields of a phone's page."""
        return {
            "number": form.text("number", longest=LONGEST_NUMBER),
            "region": form.text("country", longest=2),
            "extension": form.optional("extension", longest=LONGEST_EXTENSION) or "",
            "way": form.optional("way", longest=32) or "",
        }

    def read_line(self, form: Form, name: str) -> dict[str, str]:
        """Return the fields of a line; a browser sends none of those that it has switched off."""
        return {
            "number": form.optional(f"{name}_number", longest=LONGEST_NUMBER) or "",
            "region": form.optional(f"{name}_country", longest=2) or "",
            "extension": form.optional(f"{name}_extension", longest=LONGEST_NUMBER) or "",
        }

    def shown(
        self,
        asking: Asking,
        typed: Mapping[str, str] | None,
        *,
        reason: str | None,
    ) -> Mapping[str, Any]:
        """Return what was typed, else the number that the directory knows for this use."""
        known = None if typed or asking.present else number_in_directory(asking.user, asking.slot)
        shown = typed or _as_typed(known, _region(asking, known))
        return {
            "typed": shown,
            "chosen": _chosen(asking.ways, shown.get("way", ""), reason),
            "from_directory": known is not None,
        }

    def shown_line(
        self, asking: Asking, typed: Mapping[str, str] | None, *, whole: bool
    ) -> Mapping[str, Any]:
        """Return a line as typed, as it is, or with the number that the directory knows."""
        if typed is not None:
            return {**typed, "masked": None, "from_directory": False}
        number = asking.present.number if asking.present else None
        if number is None:
            known = number_in_directory(asking.user, asking.slot)
            return {
                **_as_typed(known, _region(asking, known)),
                "masked": None,
                "from_directory": known is not None,
            }
        return {
            "number": number.national if whole else "",
            "region": _region(asking, None),
            "extension": (number.extension or "") if whole else "",
            "masked": None if whole else number.masked,
            "from_directory": False,
        }

    def choices(self, language: str) -> Mapping[str, Any]:
        """Return the countries a number may belong to."""
        return {"countries": countries(language)}

    def again(self, description: Description, way: Way) -> Mapping[str, str]:
        """Return the number with its country code, so that it needs no region."""
        number = description.number
        extension = (number.extension if number else None) or ""
        line = replace(number, extension=None).readable if number else description.full
        region = (country_of(number) if number else None) or ""
        return {"number": line, "region": region, "extension": extension, "way": way}


def number_in_directory(user: User, slot: str) -> PhoneNumber | None:
    """Return the number to offer for ``slot``: the office number of the public profile.

    It is an offer and nothing more; it counts once it was called.
    """
    if slot != OFFICE or not user.business_phones:
        return None
    try:
        return parse_phone_number(
            user.business_phones[0], region=user.usage_location, extension_allowed=True
        )
    except InvalidPhoneNumberError:
        return None


def _as_typed(known: PhoneNumber | None, region: str) -> dict[str, str]:
    return {
        "number": known.national if known else "",
        "region": region,
        "extension": (known.extension or "") if known else "",
    }


def _region(asking: Asking, known: PhoneNumber | None) -> str:
    """Return the country that a number without one most likely belongs to.

    The person's own numbers come first, then where they live; the organisation comes last.
    """
    methods = (asking.present, *asking.own)
    held = (method.number for method in methods if method)
    numbers = (known, *held, *_in_profile(asking.user))
    countries = (country_of(number) for number in numbers if number)
    return (
        next(filter(None, countries), None)
        or asking.user.usage_location
        or asking.default_region
        or LIKELY_REGION
    )


def _in_profile(user: User) -> Iterator[PhoneNumber]:
    """Yield the numbers of the public profile that can be read."""
    for typed in (user.mobile_phone, *user.business_phones):
        with suppress(InvalidPhoneNumberError):
            yield parse_phone_number(
                typed or "", region=user.usage_location, extension_allowed=True
            )


def _chosen(ways: Sequence[Way], wanted: str, reason: str | None) -> Way:
    """Return how to ask the number; one that takes no texts is called where that may be."""
    if reason == "landline" and VOICE_MOBILE in ways:
        return VOICE_MOBILE
    return next((way for way in ways if way == wanted), ways[0])
