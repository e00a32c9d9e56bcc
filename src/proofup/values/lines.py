"""What kind of line a number is, as far as it tells who may have one and what a message costs."""

from enum import StrEnum

from proofup.values.phone_numbers import PhoneNumber, is_global, line_type


class LineKind(StrEnum):
    """What a number leads to."""

    ORDINARY = "ordinary"  # a line that a person may well hold: mobile, fixed, or over the internet
    PERSONAL = "personal"  # leads to wherever its owner is, at a price of its own (+44 70)
    TOLL_FREE = "tollFree"  # whoever is called pays
    GLOBAL = "global"  # satellites and services of no country (+870, +881, +882, +883, +878, +800)


def kind_of_line(number: PhoneNumber) -> LineKind:
    """Return what ``number`` leads to; of a range that no table knows, an ordinary line."""
    import phonenumbers

    if is_global(number):
        return LineKind.GLOBAL
    kinds = {
        phonenumbers.PhoneNumberType.PERSONAL_NUMBER: LineKind.PERSONAL,
        phonenumbers.PhoneNumberType.TOLL_FREE: LineKind.TOLL_FREE,
    }
    return kinds.get(line_type(number), LineKind.ORDINARY)
