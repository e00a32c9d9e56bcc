"""The short way to a phone number that is written plainly: the same answer in a tenth of the time.

The library tries some twenty patterns one after the other for each number. Here those of a region
are one pattern, compiled once; what is not written plainly, or needs a rule of its own, is left to
the library. A property test holds both against each other.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata

# Digits with single spaces, dots or hyphens between them, one group of them in brackets.
# Nothing is tried again with fewer digits (``++``): no mark could follow them.
PLAIN = re.compile(r"\+?(?:\d++[ .-])*(?:\(\d++\) ?)?\d++(?:[ .-]\d++)*", re.ASCII)
MARKS = str.maketrans("", "", "+ .-()")
LONGEST_CODE = 3  # digits of a country calling code; none begins another (ITU-T E.164)
REGIONS = 16  # that are remembered; few imports and no form meet more at a time
BEGINNINGS = 64  # of digits, that are remembered with their region

# The library's PhoneNumberType: as whole numbers, for the library itself takes long to load.
FIXED_LINE, MOBILE, FIXED_LINE_OR_MOBILE, UNKNOWN = 0, 1, 2, 99
TYPE_OF = {  # in the order in which the library tries them, and by the names of its metadata
    "premium_rate": 4,
    "toll_free": 3,
    "shared_cost": 5,
    "voip": 6,
    "personal_number": 7,
    "pager": 8,
    "uan": 9,
    "voicemail": 10,
    "fixed_line": FIXED_LINE,
    "mobile": MOBILE,
}
NOT_FOR_CODES = frozenset(  # nobody is called or texted there
    TYPE_OF[name] for name in ("premium_rate", "shared_cost", "uan", "pager", "voicemail")
)
IMPOSSIBLE = r"(?!)"  # matches nothing


class _Lines(NamedTuple):
    """Patterns of whole numbers of one length: a group for each type that has such, and mobile."""

    types: "re.Pattern[str]"
    mobile: "re.Pattern[str]"

    @classmethod
    def of(cls, metadata: "PhoneMetadata", length: int) -> "_Lines":
        """Return what the library knows of the numbers of a region that have this length."""
        groups = {}
        for name in TYPE_OF:
            desc = getattr(metadata, name)
            if desc is None or not desc.national_number_pattern:
                continue
            if not desc.possible_length or length in desc.possible_length:
                groups[name] = f"(?P<{name}>{desc.national_number_pattern})"
        types = "|".join(groups.values()) or IMPOSSIBLE
        return cls(_pattern(types), _pattern(groups.get("mobile", IMPOSSIBLE)))


class _Region:
    """What the library knows of one region, made ready."""

    def __init__(self, metadata: "PhoneMetadata") -> None:
        general = metadata.general_desc
        self.metadata = metadata
        self.code = str(metadata.country_code)
        self.lengths = frozenset(general.possible_length if general else ())
        self.general = _pattern((general and general.national_number_pattern) or IMPOSSIBLE)
        self.begins = _pattern(metadata.leading_digits) if metadata.leading_digits else None
        self.trunk = _pattern(metadata.national_prefix_for_parsing or IMPOSSIBLE)
        self.rewrites = bool(metadata.national_prefix_transform_rule or self.trunk.groups)
        self.abroad = _pattern(metadata.international_prefix or IMPOSSIBLE)
        self.lines: dict[int, _Lines] = {}
        self.same = bool(metadata.same_mobile_and_fixed_line_pattern)

    def line(self, national: str) -> int:
        """Return the library's ``PhoneNumberType`` of a number of this region."""
        length = len(national)
        if length not in self.lengths or not self.general.fullmatch(national):
            return UNKNOWN
        lines = self.lines.get(length)
        if lines is None:
            lines = self.lines[length] = _Lines.of(self.metadata, length)
        found = lines.types.fullmatch(national)
        if found is None or found.lastgroup is None:
            return UNKNOWN
        kind = TYPE_OF[found.lastgroup]
        if kind == FIXED_LINE and (self.same or lines.mobile.fullmatch(national)):
            return FIXED_LINE_OR_MOBILE
        return UNKNOWN if kind == MOBILE and self.same else kind


def plain_number(text: str, region: str | None) -> tuple[str, str] | None:
    """Return the number that ``text`` spells plainly, or None where the library has to look.

    That is its country calling code and the digits behind it, the first of which is no zero. It
    has the right length; whether its line may be used is for ``line_of`` to tell.
    """
    if not (text.isascii() and PLAIN.fullmatch(text)):
        return None
    digits = text.translate(MARKS)
    if text[0] == "+":
        main = _main_region_of(digits[:LONGEST_CODE])
        national = _behind_code(digits, main) if main else None
    else:
        main = _main_region(region) if region else None
        national = _without_trunk(digits, main) if main else None
    if main is None or national is None or len(national) not in main.lengths:
        return None
    return (main.code, national) if national[0] != "0" else None


def line_of(country_code: str, national: str) -> int | None:
    """Return the library's ``PhoneNumberType``, or None for codes that belong to no region."""
    regions, alone = _regions_of(country_code)
    for region in regions:
        if region.begins is None:
            kind = region.line(national)
            if kind != UNKNOWN or alone:
                return kind
        elif alone or region.begins.match(national):
            return region.line(national)
    return UNKNOWN if regions else None


def _behind_code(digits: str, region: _Region) -> str | None:
    """Return what stands behind the calling code, or None where that takes more rules."""
    national = digits[len(region.code) :]
    # A trunk prefix where none belongs, or a rule that writes the number anew.
    return None if region.trunk.match(national) else national


def _without_trunk(digits: str, region: _Region) -> str | None:
    """Return ``digits`` without the region's trunk prefix, or None where that takes more rules."""
    if region.abroad.match(digits) or digits.startswith(region.code):
        return None
    trunk = region.trunk.match(digits)
    if trunk is None:
        return digits
    if region.rewrites or region.general.fullmatch(digits):
        return None
    return digits[trunk.end() :]


def _pattern(pattern: str) -> "re.Pattern[str]":
    return re.compile(pattern, re.ASCII)


@lru_cache(maxsize=BEGINNINGS)
def _main_region_of(digits: str) -> _Region | None:
    """Return the main region of the country calling code that ``digits`` begin with."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    for length in range(1, LONGEST_CODE + 1):
        if digits[0] != "0" and int(digits[:length]) in COUNTRY_CODE_TO_REGION_CODE:
            regions, _ = _regions_of(digits[:length])
            return regions[0] if regions else None
    return None


@lru_cache(maxsize=REGIONS)
def _main_region(region: str) -> _Region | None:
    """Return what is known of ``region``, if it is the main one of its country calling code."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, country_code_for_region

    code = country_code_for_region(region.upper())
    names = COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    return _regions_of(str(code))[0][0] if region.upper() in names[:1] else None


@lru_cache(maxsize=REGIONS)
def _regions_of(country_code: str) -> tuple[Sequence[_Region], bool]:
    """Return the regions that share the code, the main one first, and whether it is alone.

    There are none for codes of no region.
    """
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    names = COUNTRY_CODE_TO_REGION_CODE.get(int(country_code), ())
    found = [PhoneMetadata.metadata_for_region(name, None) for name in names]
    return [_Region(metadata) for metadata in found if metadata is not None], len(names) == 1
