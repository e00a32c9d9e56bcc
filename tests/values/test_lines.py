import pytest

from proofup.values.lines import LineKind, kind_of_line
from proofup.values.phone_numbers import parse_phone_number


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("+44 7700 900067", LineKind.ORDINARY),  # a range that no table knows
        ("+49 1512 3456789", LineKind.ORDINARY),
        ("+44 20 7946 0018", LineKind.ORDINARY),
        ("+1 425 555 0130", LineKind.ORDINARY),
        ("+44 56 1234 5678", LineKind.ORDINARY),  # over the internet
        ("+44 70 1234 5678", LineKind.PERSONAL),
        ("+1 800 555 1234", LineKind.TOLL_FREE),
        ("+870 773 111 632", LineKind.GLOBAL),
        ("+8816 1234 5678", LineKind.GLOBAL),
        ("+8818 1234 5678", LineKind.GLOBAL),
        ("+882 13 300 655", LineKind.GLOBAL),
        ("+883 5100 0123 4567", LineKind.GLOBAL),
        ("+878 10 1234567890", LineKind.GLOBAL),
        ("+800 1234 5678", LineKind.GLOBAL),
    ],
)
def test_SM4_the_kind_of_a_line_is_told(typed: str, kind: LineKind) -> None:
    assert kind_of_line(parse_phone_number(typed)) is kind
