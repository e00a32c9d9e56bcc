"""A hardware token in a browser: imported, given, activated by its owner, used, and taken back."""

import base64
import hashlib
import re

import pytest
from playwright.sync_api import expect

from browser.app import App
from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import Account, Person
from browser.service import Service
from browser.test_helping import to_people
from browser.trips import sign_in_by_text
from proofup.directory.token_fields import COLUMNS

pytestmark = pytest.mark.browser
REASON = "Why? It is kept in the audit log"
CODE = "Code from your token"
BY_TEXT = re.compile("Enter the code we texted you|No text was sent")  # too soon for another
FILE = "The text of a file from the manufacturer, up to 500 tokens: CSV, or a PSKC container (XML)"


@pytest.fixture
def outside(service: Service, carrier: Carrier) -> tuple[Service, Carrier]:
    """Give the service with what takes its texts."""
    return service, carrier


def import_and_give(kim: Person, token: App, serial: str, account: Account) -> None:
    """Import one token from a file, and give it to somebody."""
    kim.follow("Hardware tokens")
    kim.heading("Hardware tokens")
    kim.follow("Import tokens")
    kim.heading("Import hardware tokens")
    kim.fill(FILE, f"{','.join(COLUMNS)}\n,{serial},{token.secret},30,Contoso,Key\n")
    kim.fill(REASON, "a box from Contoso")
    kim.press("Import them")
    kim.heading("1 token was added")
    kim.follow("To the tokens")
    kim.follow(serial)
    kim.heading(serial)
    kim.fill("User name or id", account.name)
    kim.press("Go on")
    kim.heading("Assign a hardware token: Robin Ashby")
    kim.fill(REASON, "handed over in person")
    kim.press("Add it")
    kim.heading("The method is added")


def activate(robin: Person, token: App, serial: str) -> None:
    """Activate the token that was given, from its row in the list."""
    robin.heading("Security info")
    robin.says("not activated yet")
    robin.follow(f"Change {serial}")
    robin.heading("Activate your token")
    expect(robin.field("Serial number")).to_have_value(serial)
    robin.press("Next")
    robin.heading("Activate your token")
    robin.give(CODE, token.shows(), "Activate")
    robin.heading("Your token is activated")


def test_HWT_07_HWT_08_HWT_10_a_token_from_the_stock_to_a_sign_in_and_back(
    new_person: NewPerson, outside: tuple[Service, Carrier], account: Account, with_app: Account
) -> None:
    service, carrier = outside
    serial = f"HW-{account.number[-3:]}"
    token = App(base64.b32encode(hashlib.sha1(serial.encode()).digest()).decode())  # noqa: S324
    kim = new_person(shots="tokens")
    to_people(kim, with_app, service, "Global Administrator")
    import_and_give(kim, token, serial, account)
    robin = new_person(script=False, width=390, shots="token")
    robin.open("/security-info")
    sign_in_by_text(robin, account, carrier)
    activate(robin, token, serial)
    robin.menu("Sign out")
    robin.open("/signin?return=/security-info")
    robin.to_challenge(account)
    robin.follow("Use a different verification option")
    robin.choose("Use a code from your hardware token")
    robin.heading("Enter the code your token shows")
    robin.give(CODE, token.shows(), "Verify")
    robin.heading("Security info")
    kim.open("/admin/tokens")
    kim.follow(serial)
    kim.follow("Take the token back")
    kim.heading("Delete the method “Hardware token”: Robin Ashby")
    kim.fill(REASON, "given back")
    kim.press("Delete it")
    kim.heading("The method is deleted")
    robin.open("/security-info")
    robin.to_challenge(account)
    asked = robin.page.get_by_role("heading", level=1)
    expect(asked).to_have_text(BY_TEXT)
    expect(robin.page.get_by_text("hardware token")).to_have_count(0)
    kim.open("/admin/tokens?state=free")
    kim.follow(serial)
    kim.says("Nobody. It is free.")
