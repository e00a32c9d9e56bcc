"""Small things that help: a password that is shown, an error with the focus, a known address."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import WAYS, Account
from browser.trips import sign_in_by_text

pytestmark = pytest.mark.browser


def test_a_password_can_be_shown_and_is_hidden_before_it_is_sent(
    new_person: NewPerson, account: Account
) -> None:
    robin = new_person(keys=True, shots="reveal")
    robin.open("/myapps")
    robin.to_password(account)
    robin.fill("Password", "not this one")
    robin.press("Show password")
    expect(robin.field("Password")).to_have_attribute("type", "text")
    robin.judge("password, shown")
    robin.press("Hide password")
    expect(robin.field("Password")).to_have_attribute("type", "password")
    robin.press("Sign in")
    robin.says("The user name or the password is not right.")


@pytest.mark.parametrize("way", WAYS)
def test_the_classic_page_leads_to_what_is_wrong(
    new_person: NewPerson, account: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="classic-wrong" if way["script"] else "")
    robin.open("/mfasetup")
    sign_in_by_text(robin, account, carrier)
    robin.heading("Additional security verification")
    number = robin.page.locator("#phone-number")
    robin.write(number, "1")
    robin.press("Save")
    robin.heading("Nothing was saved yet")
    robin.says("This needs another look:")
    assert robin.page.title().startswith("Error: ")
    assert robin.has_focus(number)


@pytest.mark.parametrize("way", WAYS)
def test_a_password_manager_finds_the_page(
    new_person: NewPerson, account: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way)
    robin.open("/.well-known/change-password")
    sign_in_by_text(robin, account, carrier)
    robin.heading("Change your password")
