"""What is pasted into a browser's fields, which have a mind of their own about it."""

from typing import Any

import pytest

from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import WAYS, Account, Person
from browser.trips import CODE, NEW_CODE, sign_in_by_text

pytestmark = pytest.mark.browser
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
NUMBER = "New mobile number"


def _paste(person: Person, label: str, words: str) -> None:
    """Put ``words`` into the field as the clipboard does, so that the browser may cut them."""
    field = person.field(label)
    field.clear()
    field.focus()
    person.page.keyboard.insert_text(words)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "paste",
    [
        "\t\u2068{0}\u00a0{1}\u2069",
        "Your Contoso code to sign in is {0} {1}. Nobody from Contoso will ask you for it.",
    ],
)
def test_a_code_is_pasted_with_whatever_comes_along(
    new_person: NewPerson, account: Account, carrier: Carrier, way: dict[str, Any], paste: str
) -> None:
    robin = new_person(**way)
    robin.open("/myapps")
    robin.to_challenge(account)
    code = carrier.code_to(account.e164).replace(" ", "").translate(ARABIC)
    _paste(robin, CODE, paste.format(code[:3], code[3:]))
    robin.press("Verify")
    robin.heading("My Apps")


@pytest.mark.parametrize("way", WAYS)
def test_a_number_is_told_what_is_wrong_with_it_and_read_as_it_was_meant(
    new_person: NewPerson, account: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="pastes" if way["script"] else "")
    robin.open("/security-info/phone")
    sign_in_by_text(robin, account, carrier)
    robin.heading("Change your phone")
    for country, typed, words in (
        ("GB", "07700 90014", "A digit is missing: numbers of this country are longer."),
        ("DE", "1701234567.0", "A spreadsheet has changed this number."),
        ("IT", "+39 (0)312 345 6789", "With the zero in brackets it is one number"),
    ):
        robin.select("Country or region", country)
        _paste(robin, NUMBER, typed)
        robin.press("Send the code")
        robin.heading("Change your phone")
        robin.says(words)
    robin.select("Country or region", "AU")
    _paste(robin, NUMBER, "0011\u00a044 (0) 7700\u2011900\u2011987\u200e")
    robin.press("Send the code")
    robin.heading("Confirm your new phone")
    robin.give(NEW_CODE, carrier.code_to("+447700900987"), "Confirm and change")
    robin.heading("Security info")
