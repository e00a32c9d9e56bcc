"""Additional security verification in the view that people know, with a real browser."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import EVERY_WAY, WAYS, Account, Person
from browser.service import Service
from browser.trips import NEW_CODE, press_on_phone, sign_in_by_text

pytestmark = pytest.mark.browser
HEADING = "Additional security verification"


@pytest.fixture(scope="module")
def service(calling: Service) -> Service:
    """Give the service that calls."""
    return calling


def signed_in(robin: Person, ash: Account) -> None:
    """Come to the page of ``ash``, who has everything, by the code of the app."""
    robin.open("/mfasetup")
    robin.to_challenge(ash)
    robin.follow("Use a different verification option")
    robin.choose("Use a verification code from app")
    robin.give("6-digit code", ash.app.shows(), "Verify")
    robin.heading(HEADING)


def number_field(robin: Person, line: str) -> Any:
    return robin.page.locator(f"#{line}-number")


@pytest.mark.parametrize("way", EVERY_WAY)
def test_PG_02_VER_01_a_new_number_is_asked_before_it_is_saved(
    new_person: NewPerson, account: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="classic" if way["script"] else "")
    robin.open("/security-info/classic")
    sign_in_by_text(robin, account, carrier)
    robin.heading(HEADING)
    robin.says("Only one phone can let you in")
    robin.write(number_field(robin, "phone"), "12")
    robin.press("Save")
    robin.says("A digit is missing: numbers of this country are longer.")
    robin.judge("classic, wrong")
    new = account.another(0)
    robin.write(number_field(robin, "phone"), new)
    robin.press("Save")
    robin.heading("Confirm your new phone")
    robin.says("Works until you confirm")
    robin.give(NEW_CODE, carrier.code_to(new), "Confirm and change")
    robin.heading("Security info")
    robin.says("Your phone is now")


@pytest.mark.parametrize("way", WAYS)
def test_PG_07_another_preferred_option_and_the_app_goes(
    new_person: NewPerson, ash: Account, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="classic-all" if way["script"] else "")
    signed_in(robin, ash)
    robin.select("What's your preferred option?", "voiceOffice")
    robin.tick("Office phone")
    robin.press("Save")
    robin.says("Your preferred option needs this.")
    robin.tick("Office phone")
    robin.tick("Alternate authentication phone")
    robin.press("Save")
    robin.heading("Saved")
    expect(robin.field("What's your preferred option?")).to_have_value("voiceOffice")
    expect(number_field(robin, "alternate")).to_have_value("")
    robin.go(robin.page.get_by_role("link", name="Delete Imported app"))
    robin.heading("Delete your authenticator app?")
    robin.press("Delete the app")
    robin.says("The sign-in method is deleted")


@pytest.mark.parametrize("way", WAYS)
def test_VER_02_an_alternate_and_an_office_phone_answer_before_they_count(
    new_person: NewPerson, account: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="classic-more" if way["script"] else "")
    robin.open("/security-info/classic")
    sign_in_by_text(robin, account, carrier)
    robin.heading(HEADING)
    robin.tick("Alternate authentication phone")
    alternate = account.another(1)
    robin.write(number_field(robin, "alternate"), alternate)
    robin.press("Save")
    robin.heading("Answer our call and press #")
    press_on_phone(robin, carrier.call_to(alternate))
    robin.heading("Security info")
    robin.says("Your alternate phone is")
    robin.follow("Add sign-in method")
    robin.heading("Add a sign-in method")
    robin.pick("Office phone")
    robin.press("Next")
    robin.heading("Add your office phone")
    office = "+442079460" + account.e164[-3:]
    robin.fill("Number", office)
    robin.fill("Extension", "77")
    robin.press("Call this number")
    robin.heading("Answer our call and press #")
    call = carrier.call_to(office)
    assert call.extension == "77"
    press_on_phone(robin, call)
    robin.heading("Security info")
    robin.says("Your office phone is")
    robin.says("Ready for a lost device")
