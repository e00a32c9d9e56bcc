"""Signing in by a call, with a real browser and a phone that rings."""

from typing import Any

import pytest

from browser.conftest import CALLER, NewPerson
from browser.outside import Carrier, PhoneCall
from browser.person import EVERY_WAY, WAYS, Account, Person
from browser.service import Service
from browser.trips import press_on_phone

pytestmark = pytest.mark.browser
ANSWER = "Answer our call and press #"
OTHER = "Use a different verification option"


@pytest.fixture(scope="module")
def service(calling: Service) -> Service:
    """Give the service that calls."""
    return calling


def called(robin: Person, account: Account, carrier: Carrier) -> PhoneCall:
    """Sign in as far as the phone rings."""
    robin.open("/security-info")
    robin.to_challenge(account)
    robin.heading(ANSWER)
    return carrier.call_to(account.e164)


@pytest.mark.parametrize("way", EVERY_WAY)
def test_VOI_01_VOI_08_the_phone_rings_and_the_pound_key_signs_in(
    new_person: NewPerson, ash: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="call" if way["script"] else "")
    call = called(robin, ash, carrier)
    assert call.caller == CALLER
    robin.says(f"The call comes from {CALLER}")
    assert ash.number not in robin.page.content()
    if robin.script:
        robin.says("Ringing now")
        robin.judge("ringing")
    else:
        robin.says("Then press the button below.")
        robin.press("I pressed #, go on")
        robin.heading(ANSWER)
    assert call.press("5") == "listen"
    if robin.script:
        robin.says("That was another key: press #")
    assert call.press("#") == "hangUp"
    if not robin.script:
        robin.press("I pressed #, go on")
    robin.heading("Security info")


@pytest.mark.parametrize("way", WAYS)
def test_VOI_06_a_busy_phone_is_told_and_another_option_signs_in(
    new_person: NewPerson, ash: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="busy" if way["script"] else "")
    call = called(robin, ash, carrier)
    call.tell("busy")
    if not robin.script:
        robin.press("I pressed #, go on")
    robin.heading("Your phone was busy")
    assert robin.page.title().startswith("Error: ")
    robin.follow(OTHER)
    robin.heading(OTHER)
    robin.choose("Call office phone")
    robin.heading(ANSWER)
    robin.says("your office phone")
    desk = carrier.call_to(ash.office_e164)
    assert desk.extension == "204"
    desk.press("#")
    if not robin.script:
        robin.press("I pressed #, go on")
    robin.heading("Security info")


@pytest.mark.parametrize("way", WAYS)
def test_ALT_06_the_alternate_phone_and_the_app_are_other_ways(
    new_person: NewPerson, ash: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way)
    called(robin, ash, carrier)
    robin.follow(OTHER)
    robin.heading(OTHER)
    robin.choose("Call me at")
    robin.heading(ANSWER)
    robin.says("your alternate phone")
    press_on_phone(robin, carrier.call_to(ash.alternate_e164))
    robin.heading("Security info")
    robin.menu("Sign out")
    robin.heading("You are signed out")
    robin.follow("Sign in again")
    robin.to_challenge(ash)
    robin.follow(OTHER)
    robin.choose("Use a verification code from app")
    robin.heading("Enter the code your app shows")
    robin.give("6-digit code", ash.app.shows(), "Verify")
    robin.heading("My Apps")


@pytest.mark.parametrize("way", WAYS)
def test_VOI_02_FRD_01_a_stranger_is_reported_on_the_phone(
    new_person: NewPerson, ash: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="fraud" if way["script"] else "")
    elsewhere = new_person(script=False)
    elsewhere.open("/security-info")
    elsewhere.to_challenge(ash)
    carrier.call_to(ash.e164).press("#")
    elsewhere.press("I pressed #, go on")
    elsewhere.heading("Security info")
    robin.open("/security-info")
    robin.to_challenge(ash)
    robin.follow(OTHER)
    robin.choose("Call office phone")
    robin.heading(ANSWER)
    robin.says("You didn't start this sign-in?")
    carrier.call_to(ash.office_e164).press("0#")
    if not robin.script:
        robin.press("I pressed #, go on")
    robin.heading("This sign-in was stopped on the phone")
    elsewhere.page.reload()
    elsewhere.heading("Sign in")
    elsewhere.says("You were signed out")
