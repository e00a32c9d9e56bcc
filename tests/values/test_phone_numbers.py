# ruff: noqa: RUF001 - digits of other scripts are meant
import re
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.phone_numbers import (
    PhoneNumber,
    country_of,
    is_landline,
    parse_extension,
    parse_phone_number,
    stored_phone_number,
)
from proofup.values.typed_numbers import LONGEST_INPUT

# Numbers that Ofcom and the North American plan keep for stories.
BRITISH = PhoneNumber("44", "7700900067")
AMERICAN = PhoneNumber("1", "2025550143")


def examples() -> Iterator[tuple[str, phonenumbers.PhoneNumber]]:
    """Return a mobile number of every country there is, with the country."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        if example:
            yield region, example


EXAMPLES = list(examples())
COUNTRIES = st.sampled_from(EXAMPLES)
ZEROES = (ord("0"), ord("٠"), ord("۰"), ord("०"), ord("０"))
SEPARATORS = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u200e", "\u2009", "\u2011"])


def test_every_country_has_an_example() -> None:
    assert len(EXAMPLES) > 200


@given(COUNTRIES)
def test_SM3_the_stored_form_parses_to_itself(
    country: tuple[str, phonenumbers.PhoneNumber],
) -> None:
    region, example = country
    number = parse_phone_number(phonenumbers.format_number(example, PhoneNumberFormat.E164))
    assert parse_phone_number(str(number)) == number
    assert parse_phone_number(str(number), region=region) == number
    assert parse_phone_number(str(number), region="GB") == number
    assert parse_phone_number(number.e164) == number
    assert stored_phone_number(str(number)) == number


@given(COUNTRIES)
def test_SM3_every_way_to_write_a_number_is_one_number(
    country: tuple[str, phonenumbers.PhoneNumber],
) -> None:
    region, example = country
    number = parse_phone_number(phonenumbers.format_number(example, PhoneNumberFormat.E164))
    national = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
    abroad = phonenumbers.format_out_of_country_calling_number(example, "FR")
    american = phonenumbers.format_out_of_country_calling_number(example, "US")
    assert (
        parse_phone_number(phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL))
        == number
    )
    assert (
        parse_phone_number(phonenumbers.format_number(example, PhoneNumberFormat.RFC3966)) == number
    )
    assert parse_phone_number(national, region=region) == number
    assert parse_phone_number(national, region=region.lower()) == number
    assert parse_phone_number(abroad, region="FR") == number
    assert parse_phone_number(american, region="US") == number


@given(COUNTRIES, st.sampled_from(ZEROES), st.sampled_from(["+", "00", "＋"]), st.data())
def test_SM3_separators_and_digits_of_any_script_make_no_other_number(
    country: tuple[str, phonenumbers.PhoneNumber], zero: int, prefix: str, data: st.DataObject
) -> None:
    _, example = country
    number = parse_phone_number(phonenumbers.format_number(example, PhoneNumberFormat.E164))
    digits = (chr(zero + int(digit)) for digit in number.e164.removeprefix("+"))
    # A dash or two between digits; never so many that the text grows over the limit.
    spread = "".join(
        digit + (data.draw(SEPARATORS) if place % 3 == 2 else "")
        for place, digit in enumerate(digits)
    )
    lead = prefix if prefix != "00" else chr(zero) * 2
    assert parse_phone_number(f" {lead}{spread} ") == number


@given(
    country=COUNTRIES,
    form=st.sampled_from([PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL]),
    changed=st.dictionaries(st.integers(0, 20), st.sampled_from("0123456789"), max_size=3),
    has_region=st.booleans(),
)
def test_SM3_a_number_is_never_read_otherwise_than_the_library_reads_it(
    country: tuple[str, phonenumbers.PhoneNumber],
    form: int,
    changed: dict[int, str],
    *,
    has_region: bool,
) -> None:
    region = country[0] if has_region else None
    written = phonenumbers.format_number(country[1], form)
    typed = "".join(
        changed.get(place, letter) if letter.isdecimal() else letter
        for place, letter in enumerate(written)
    )
    try:
        number = parse_phone_number(typed, region=region)
    except InvalidPhoneNumberError:
        return
    parsed = phonenumbers.parse(typed if region else re.sub("^00", "+", typed), region)
    if not phonenumbers.is_valid_number(parsed):
        return
    assert number.country_code == str(parsed.country_code)
    assert number.national == phonenumbers.national_significant_number(parsed)
    is_fixed = phonenumbers.number_type(parsed) == PhoneNumberType.FIXED_LINE
    assert is_landline(number) == is_fixed


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("+44 7700 900067", None, BRITISH),
        ("+44 (0)7700 900067", None, BRITISH),
        ("0044 7700 900067", None, BRITISH),
        ("0044 7700 900067", "US", BRITISH),
        ("+44 7700 900067", "US", BRITISH),
        ("07700 900067", "GB", BRITISH),
        ("\u202a+44 7700 900067\u202c", None, BRITISH),  # copied from a contact list
        ("٠٠٤٤٧٧٠٠٩٠٠٠٦٧", None, BRITISH),
        ("(202) 555-0143", "US", AMERICAN),
        ("011 44 7700 900067", "US", BRITISH),
        ("Mobile: +44 7700 900067", None, BRITISH),
        ("+39 06 698 12345", None, PhoneNumber("39", "0669812345")),  # an Italian zero is kept
        ("+39 (0)6 698 12345", None, PhoneNumber("39", "0669812345")),
        ("+39 (0) 333 123 4567", None, PhoneNumber("39", "3331234567")),
        ("+48 (0) 601 234 567", None, PhoneNumber("48", "601234567")),
        ("0049 ( 0 ) 170 1234567", "DE", PhoneNumber("49", "1701234567")),
        ("(0)170 1234567", "DE", PhoneNumber("49", "1701234567")),
        ("+52 1 55 1234 5678", None, PhoneNumber("52", "5512345678")),
        ("+52 55 1234 5678", None, PhoneNumber("52", "5512345678")),
        ("001 44 7700 900067", "HK", BRITISH),
        ("0011 44 7700 900067", "AU", BRITISH),
        ("0044 7700 900067", "JP", BRITISH),
        ("005 57 300 123 4567", "CO", PhoneNumber("57", "3001234567")),
        ("00700 82 10 1234 5678", "KR", PhoneNumber("82", "1012345678")),
        ("8~10 44 7700 900067", "RU", BRITISH),
        ("+44\ufe0f\u2060 7700 900067\ufeff", None, BRITISH),
        ("07700\t900067\t", "GB", BRITISH),
    ],
)
def test_SM3_spellings(typed: str, region: str | None, number: PhoneNumber) -> None:
    assert parse_phone_number(typed, region=region) == number


@pytest.mark.parametrize(
    ("typed", "region", "reason"),
    [
        ("", None, "empty"),
        (" \u00a0", None, "empty"),
        ("+44" + "7" * LONGEST_INPUT, None, "too long"),
        (" " * (LONGEST_INPUT + 1), None, "too long"),
        ("+44 7700\u0000900067", None, "control characters"),
        ("+44 7700\ud800900067", None, "control characters"),
        ("+44 7700 900067 ext. 5", None, "extension"),
        ("+44 7700 900067 x5", None, "extension"),
        ("07700 900067", None, "no country"),
        ("07700 900067", "ZZ", "no country"),
        ("07700 900067", "🇬🇧", "no country"),
        ("+999 12345678", None, "no country"),
        ("rosa", None, "not a number"),
        ("+", None, "not a number"),
        ("+44 7700", None, "too short"),
        ("07700 90006", "GB", "too short"),
        ("+49 170 12345", None, "too short"),
        ("+1 202 555 014", None, "too short"),
        ("+61 4 1234 56789", None, "not a number"),
        ("+52 1 55 1234 567", None, "too short"),
        ("+52 00 1234 567", None, "too short"),
        ("00 1 202 555 0143", "HK", "no country"),  # 001 is the way abroad there
        ("+39 (0)312 345 6789", None, "zero"),  # a landline with it, a mobile phone without
        ("98765432.0", "HK", "spreadsheet"),
        ("1701234567,00", "DE", "spreadsheet"),
        ("4.9E+11", "DE", "spreadsheet"),
        ("4,91701234567e+11", "DE", "spreadsheet"),
        ("+44 7700 9000671234", None, "not a number"),
        ("+44 7700 9OOO67", None, "not a number"),  # letters for noughts
        ("+1 800 FLOWERS", None, "not a number"),
        ("+447700900067, +447700900068", None, "not a number"),
        ("+44 909 8790000", None, "premium"),
        ("+1 900 555 0143", None, "premium"),
    ],
)
def test_SM4_what_cannot_be_texted_is_refused_with_a_reason(
    typed: str, region: str | None, reason: str
) -> None:
    with pytest.raises(InvalidPhoneNumberError) as refused:
        parse_phone_number(typed, region=region)
    assert refused.value.reason == reason


def test_a_number_of_a_range_that_no_table_knows_yet_is_taken() -> None:
    number = PhoneNumber("44", "7010900067")
    assert parse_phone_number(number.e164) == number


@given(st.text(), st.none() | st.text(max_size=4))
def test_WE2_any_text_is_a_number_or_refused_by_name(typed: str, region: str | None) -> None:
    try:
        number = parse_phone_number(typed, region=region)
    except InvalidPhoneNumberError as refused:
        assert refused.reason  # noqa: PT017 - either outcome is right
    else:
        assert parse_phone_number(str(number)) == number


@given(st.text("+0123456789 -()x", max_size=20), st.sampled_from(["GB", "US", "DE", "IT", "AR"]))
def test_SM3_whatever_is_taken_is_stored_in_its_one_form(typed: str, region: str) -> None:
    try:
        number = parse_phone_number(typed, region=region)
    except InvalidPhoneNumberError:
        return
    assert parse_phone_number(str(number)) == parse_phone_number(number.e164) == number


def test_NUM_01_a_number_reads_as_graph_shows_it() -> None:
    assert str(BRITISH) == "+44 7700900067"
    assert BRITISH.e164 == "+447700900067"


@given(COUNTRIES)
def test_SM3_what_its_owner_reads_has_the_same_digits(
    country: tuple[str, phonenumbers.PhoneNumber],
) -> None:
    number = parse_phone_number(phonenumbers.format_number(country[1], PhoneNumberFormat.E164))
    assert "".join(filter(str.isdecimal, number.readable)) == number.e164.removeprefix("+")
    assert parse_phone_number(number.readable) == number


@pytest.mark.parametrize(
    ("number", "readable"),
    [
        (BRITISH, "+44 7700 900067"),
        (AMERICAN, "+1 202-555-0143"),
        (PhoneNumber("39", "0669812345"), "+39 06 6981 2345"),
    ],
)
def test_its_owner_reads_a_number_in_the_groups_of_its_country(
    number: PhoneNumber, readable: str
) -> None:
    assert number.readable == readable


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        (BRITISH, "+XX XXXXXXXX67"),
        (AMERICAN, "+X XXXXXXXX43"),
        (PhoneNumber("247", "4123"), "+XXX XX23"),
    ],
)
def test_SM6_MSK_01_a_masked_number_shows_its_length_and_two_digits(
    number: PhoneNumber, masked: str
) -> None:
    assert number.masked == masked


@given(COUNTRIES)
def test_SM6_a_mask_never_shows_more_than_two_digits(
    country: tuple[str, phonenumbers.PhoneNumber],
) -> None:
    number = PhoneNumber(str(country[1].country_code), str(country[1].national_number))
    assert sum(letter.isdecimal() for letter in number.masked) == 2
    assert len(number.masked) == len(str(number))


@pytest.mark.parametrize(
    ("number", "country"),
    [
        (PhoneNumber("44", "7400123456"), "GB"),
        (PhoneNumber("44", "7781123456"), "GG"),
        (AMERICAN, "US"),
        (PhoneNumber("1", "8762101234"), "JM"),
        (PhoneNumber("49", "1999999999"), "DE"),  # a range in no table
        (PhoneNumber("800", "12345678"), "001"),  # of no country
        (PhoneNumber("999", "12345678"), None),  # of a code that nobody has
        (BRITISH, "GB"),  # a range in no table; of the four that share the code, the main one
    ],
)
def test_SM4_a_number_belongs_to_a_country(number: PhoneNumber, country: str | None) -> None:
    assert country_of(number) == country


def test_a_line_that_takes_no_texts_is_known() -> None:
    assert is_landline(PhoneNumber("44", "2079460123"))
    assert not is_landline(BRITISH)
    assert not is_landline(AMERICAN)  # in America one range has both


REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def foreign(region: str) -> list[PhoneNumber]:
    """Return a number of each of some countries, other than the region's own."""
    return [
        parse_phone_number(phonenumbers.format_number(example, PhoneNumberFormat.E164))
        for other, example in EXAMPLES
        if other in {"GB", "DE", "US", "IN", "BR", "KE"} - {region}
    ]


@pytest.mark.parametrize("region", REGIONS)
def test_a_number_is_read_behind_the_usual_way_abroad_of_each_country(region: str) -> None:
    for number in foreign(region):
        parsed = phonenumbers.parse(number.e164)
        abroad = phonenumbers.format_out_of_country_calling_number(parsed, region)
        try:
            read = parse_phone_number(abroad, region=region)
        except InvalidPhoneNumberError as refused:
            assert (region, refused.reason) == ("HK", "no country")  # noqa: PT017 - 00 or 001
        else:
            assert read == number


@given(st.sampled_from(REGIONS), st.data())
def test_SM3_behind_any_way_abroad_a_number_is_the_librarys_or_refused(
    region: str, data: st.DataObject
) -> None:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    assert metadata is not None
    ways = re.compile(metadata.international_prefix or "00", re.ASCII)
    way = data.draw(st.from_regex(ways, fullmatch=True), label="way abroad")
    number = data.draw(st.sampled_from(foreign(region)), label="number")
    typed = f"{way} {number.e164.removeprefix('+')}"
    read = phonenumbers.parse(typed, region)
    try:
        found = parse_phone_number(typed, region=region)
    except InvalidPhoneNumberError as refused:
        assert refused.reason == "no country" or not phonenumbers.is_valid_number(read)  # noqa: PT017
        return
    if phonenumbers.is_valid_number(read):
        assert found.e164 == phonenumbers.format_number(read, PhoneNumberFormat.E164)
    else:
        assert found == number


@given(
    COUNTRIES,
    st.sampled_from(["", "(0)", "( 0 ) "]),
    st.text("\u200e\u200f\u2060\ufeff\ufe0f", max_size=3),
    st.sampled_from(ZEROES),
)
def test_SM3_a_bracketed_zero_and_marks_make_no_other_number(
    country: tuple[str, phonenumbers.PhoneNumber], bracketed: str, marks: str, zero: int
) -> None:
    number = parse_phone_number(phonenumbers.format_number(country[1], PhoneNumberFormat.E164))
    digits = "".join(chr(zero + int(digit)) for digit in number.national)
    typed = f"+{number.country_code}{marks} {bracketed}{digits[:3]}{marks} {digits[3:]}{marks}"
    try:
        read = parse_phone_number(typed)
    except InvalidPhoneNumberError as refused:
        assert (bool(bracketed), refused.reason) == (True, "zero")  # noqa: PT017 - two people's
    else:
        assert read == number


@given(COUNTRIES)
def test_a_mobile_number_without_its_last_digit_is_no_number_or_a_known_one(
    country: tuple[str, phonenumbers.PhoneNumber],
) -> None:
    short = phonenumbers.format_number(country[1], PhoneNumberFormat.E164)[:-1]
    try:
        parse_phone_number(short)
    except InvalidPhoneNumberError:
        return
    parsed = phonenumbers.parse(short)
    kind = PhoneNumberType.MOBILE
    assert phonenumbers.is_valid_number(parsed) or phonenumbers.is_possible_number_for_type(
        parsed, kind
    )


def test_a_number_of_no_country_is_looked_up_in_the_library() -> None:
    assert parse_phone_number("+800 1234 5678", region=None).e164 == "+80012345678"


def test_an_extension_of_nothing_but_spaces_is_none() -> None:
    assert parse_extension(" \u00a0 ") is None


@pytest.mark.parametrize("typed", ["1\x00", "12345678", "4,7", "9" * 65])
def test_an_extension_is_a_few_digits(typed: str) -> None:
    with pytest.raises(InvalidPhoneNumberError) as refused:
        parse_extension(typed)
    assert refused.value.reason == "extension"


def test_a_range_in_no_table_goes_by_any_length_where_a_code_has_no_mobile_phones() -> None:
    assert parse_phone_number("+870 999 999 999") == PhoneNumber("870", "999999999")
