"""Every way to the page on which methods are kept: one signs in first, and is there."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import WAYS, Account, Person
from browser.trips import sign_in_by_text

pytestmark = pytest.mark.browser
CLASSIC = "Additional security verification"


def _by_the_menu(robin: Person) -> None:
    robin.go(robin.page.locator("details.menu > summary"))
    robin.go(robin.page.locator("details.menu").get_by_role("link", name=CLASSIC))


@pytest.mark.parametrize("way", WAYS)
def test_ENT_01_ENT_03_ENT_05_from_my_apps_by_the_profile_and_by_ones_own_name(
    new_person: NewPerson, account: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="ways-in" if way["script"] else "")
    robin.open("/myapps")
    sign_in_by_text(robin, account, carrier)
    robin.heading("My Apps")
    robin.go(robin.page.locator("details.menu > summary"))
    robin.judge("menu")
    robin.go(robin.page.locator("details.menu").get_by_role("link", name="Profile"))
    robin.heading("Profile")
    robin.follow("Update my phone numbers used for account security")
    robin.heading(CLASSIC)
    robin.open("/myapps")
    _by_the_menu(robin)
    robin.heading(CLASSIC)
    for address in ("/mfasetup", "/MFASetup", "/Proofup.aspx", "/proofup.aspx", "/account"):
        robin.open(address)
        robin.heading("Profile" if address == "/account" else CLASSIC)


@pytest.mark.parametrize("way", WAYS)
def test_ENT_05_proof_up_by_its_address_leads_who_lacks_nothing_to_what_they_have(
    new_person: NewPerson, account: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way)
    robin.open("/proofup")
    sign_in_by_text(robin, account, carrier)
    robin.heading("Security info")
    robin.open("/proofup")
    robin.heading("Security info")
    robin.says("Nothing is missing")


@pytest.mark.parametrize("address", ["/mfasetup", "/Proofup.aspx", "/security-info/classic"])
def test_ENT_04_ENT_05_whoever_is_not_signed_in_signs_in_first_and_is_then_there(
    new_person: NewPerson, account: Account, carrier: Carrier, address: str
) -> None:
    robin = new_person(keys=True)
    robin.open(address)
    sign_in_by_text(robin, account, carrier)
    robin.heading(CLASSIC)
    expect(robin.field("What's your preferred option?")).to_have_value("sms")
