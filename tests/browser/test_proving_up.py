"""Whoever must have a second proof and has none sets it up on the way in, with a real browser."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import EVERY_WAY, WAYS, Account, Person
from browser.service import Service
from browser.trips import NEW_CODE, press_on_phone, set_up_app

pytestmark = pytest.mark.browser
START = "Add a second proof to your account"
DONE = "You're all set"


@pytest.fixture(scope="module")
def service(calling: Service) -> Service:
    """Give the service that calls."""
    return calling


@pytest.fixture
def rules(service: Service) -> Iterator[Service]:
    """Give the service for a test that changes its rules, and set them back."""
    yield service
    ways = "oath,sms,voiceMobile,voiceOffice,voiceAlternateMobile,recoveryCode"
    service.proofup(
        "policy", "set", f"ways={ways}", "demand=perUser", "graceDays=0", "guard=password"
    )


def to_proof_up(robin: Person, account: Account, *, start: str = "/") -> None:
    robin.open(start)
    robin.to_challenge(account)
    robin.heading(START)


def begin(robin: Person, kind: str) -> None:
    robin.pick(kind)
    robin.press("Next")


@pytest.mark.parametrize("way", EVERY_WAY)
def test_INT_01_WIZ_05_a_phone_is_set_up_on_the_way_in(
    new_person: NewPerson, newcomer: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    sam = new_person(**way, shots="proofup" if way["script"] else "")
    to_proof_up(sam, newcomer, start="/profile")
    begin(sam, "Phone")
    sam.heading("Add your phone")
    sam.select("Country or region", "GB")
    sam.fill("Mobile number", newcomer.number)
    sam.pick("Text me a code")
    sam.press("Check this number")
    sam.heading("Confirm your new phone")
    sam.give(NEW_CODE, carrier.code_to(newcomer.e164), "Confirm and add")
    sam.heading(DONE)
    sam.says("Text code to my authentication phone")
    sam.press("Continue")
    sam.heading("Profile")


@pytest.mark.parametrize("way", WAYS)
def test_INT_02_WIZ_06_an_app_and_then_a_phone_that_is_called(
    new_person: NewPerson, newcomer: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    sam = new_person(**way, shots="proofup-app" if way["script"] else "")
    to_proof_up(sam, newcomer)
    begin(sam, "Codes from an authenticator app")
    set_up_app(sam)
    sam.heading(DONE)
    sam.press("Add a phone too, in case you lose the app")
    sam.heading("Add your phone")
    sam.select("Country or region", "GB")
    sam.fill("Mobile number", newcomer.number)
    sam.pick("Call me")
    sam.press("Check this number")
    sam.heading("Answer our call and press #")
    press_on_phone(sam, carrier.call_to(newcomer.e164))
    sam.heading("Security info")


@pytest.mark.parametrize("way", WAYS)
def test_INT_04_GRD_04_it_is_put_off_and_then_an_invitation_is_used(
    new_person: NewPerson, newcomer: Account, rules: Service, way: dict[str, Any]
) -> None:
    rules.proofup("user", "set-mfa", newcomer.name, "disabled")
    rules.proofup("policy", "set", "demand=everyone", "graceDays=14", "guard=invitation")
    sam = new_person(**way, shots="invitation" if way["script"] else "")
    to_proof_up(sam, newcomer)
    sam.says("To add it you need an invitation")
    sam.press("Skip for now")
    sam.heading("My Apps")
    sam.menu("Sign out")
    sam.heading("You are signed out")
    told = rules.proofup("user", "invite", newcomer.name, "--no-mail", "--json")
    sam.open(json.loads(told)["invitationUrl"])
    sam.heading("Set up how you prove it's you")
    sam.press("Next")
    sam.to_challenge(newcomer)
    sam.heading(START)
    begin(sam, "Codes from an authenticator app")
    set_up_app(sam)
    sam.heading(DONE)
    sam.press("Continue")
    sam.heading("Security info")


@pytest.mark.parametrize("way", WAYS)
def test_INT_07_OPT_07_a_forbidden_default_is_chosen_anew(
    new_person: NewPerson, ash: Account, rules: Service, way: dict[str, Any]
) -> None:
    rules.proofup("policy", "set", "ways=oath,voiceOffice")
    ash_here = new_person(**way, shots="default" if way["script"] else "")
    ash_here.open("/security-info")
    ash_here.to_challenge(ash)
    ash_here.heading("Enter the code your app shows")
    ash_here.give("6-digit code", ash.app.shows(), "Verify")
    ash_here.heading("Choose what we ask for first")
    ash_here.follow("Next")
    ash_here.heading("Change your default")
    ash_here.pick("Call my office phone")
    ash_here.press("Save the default")
    ash_here.heading(DONE)
    ash_here.press("Continue")
    ash_here.heading("Security info")
