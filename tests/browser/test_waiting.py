"""Waiting for a text that is late, too soon or lost, with a real browser."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import WAYS, Account
from browser.service import Service
from browser.trips import CODE, press_on_phone

pytestmark = pytest.mark.browser
TEXTED = "Enter the code we texted you"
ANSWER = "Answer our call and press #"
OTHER = "Use a different verification option"


@pytest.fixture(scope="module")
def service(calling: Service) -> Service:
    """Give the service that calls."""
    return calling


@pytest.mark.parametrize("way", WAYS)
def test_a_sign_in_begun_anew_takes_the_code_that_was_sent(
    new_person: NewPerson, account: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="anew" if way["script"] else "")
    robin.open("/myapps")
    robin.to_challenge(account)
    robin.heading(TEXTED)
    robin.follow("Not you?")
    robin.to_challenge(account)
    robin.heading(TEXTED)
    robin.says("New code in")
    robin.give(CODE, carrier.code_to(account.e164), "Verify")
    robin.heading("My Apps")


def test_a_text_that_failed_is_followed_by_a_call_when_it_may_be_made(
    new_person: NewPerson, account: Account, carrier: Carrier
) -> None:
    robin = new_person(width=390, shots="instead")
    carrier.confirms = False
    try:
        robin.open("/myapps")
        robin.to_challenge(account)
        robin.heading(TEXTED)
        carrier.report(carrier.text_to(account.e164), "failed")
        expect(robin.page.get_by_text("Your text could not be delivered")).to_be_visible(
            timeout=10_000
        )
        robin.judge("not delivered, call offered")
        robin.press("Call me instead")
        robin.heading("No call was made")
        robin.says("This phone was texted or called a moment ago.")
        again = robin.page.get_by_role("button", name="Call again", exact=True)
        expect(again).to_be_enabled(timeout=40_000)
        again.click()
        robin.heading(ANSWER)
        press_on_phone(robin, carrier.call_to(account.e164))
        robin.heading("My Apps")
    finally:
        carrier.confirms = True


@pytest.mark.parametrize("way", WAYS)
def test_who_lost_the_phone_sees_what_is_left(
    new_person: NewPerson, ash: Account, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="lost" if way["script"] else "")
    robin.open("/myapps")
    robin.to_challenge(ash)
    robin.heading(ANSWER)
    robin.follow("I don't have this phone")
    robin.heading(OTHER)
    robin.says("Call office phone")
    robin.says("They check that it is you")
    assert robin.page.get_by_role("button", name="Text", exact=False).count() == 0
    robin.choose("Use a verification code from app")
    robin.give(CODE, ash.app.shows(), "Verify")
    robin.heading("My Apps")
