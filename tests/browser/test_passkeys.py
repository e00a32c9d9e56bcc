"""Passkeys in a real browser, with the virtual authenticator of its developer tools."""

import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from browser.conftest import PASSWORD, NewPerson
from browser.outside import Carrier
from browser.person import Account, Person
from browser.trips import sign_in_by_text

pytestmark = pytest.mark.browser
NEW = "Create a passkey"


class Device:
    """A virtual authenticator in one browser."""

    def __init__(self, person: Person, *, quiet: bool = True) -> None:
        self.cdp: CDPSession = person.context.new_cdp_session(person.page)
        self.cdp.send("WebAuthn.enable", {"enableUI": False})
        told = self.cdp.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": quiet,
                }
            },
        )
        self.id: str = told["authenticatorId"]

    def verifies(self, *, user: bool) -> None:
        self._send("setUserVerified", isUserVerified=user)

    def touched(self, *, by_itself: bool) -> None:
        self._send("setAutomaticPresenceSimulation", enabled=by_itself)

    def credentials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._send("getCredentials")["credentials"]
        return found

    def _send(self, command: str, **more: Any) -> Any:
        return self.cdp.send(f"WebAuthn.{command}", {"authenticatorId": self.id, **more})


@pytest.fixture
def robin(new_person: NewPerson, account: Account, carrier: Carrier) -> Person:
    """Give somebody who has just signed in by text."""
    person = new_person(shots="passkeys")
    person.open("/security-info")
    sign_in_by_text(person, account, carrier)
    person.heading("Security info")
    return person


def make(robin: Person, name: str = "Blue key") -> None:
    robin.open("/security-info/add")
    robin.pick("Passkey or security key")
    robin.fill("What do you want to call it?", name)
    robin.judge("choose")
    robin.press("Next")
    robin.heading(NEW)
    robin.press("Create the passkey")
    robin.heading(f"{name} is set up")


def _sign_out(robin: Person) -> None:
    robin.go(robin.page.locator("details.menu > summary"))
    robin.press("Sign out")
    robin.heading("You are signed out")


def test_FID_01_a_passkey_from_its_registration_to_its_end(robin: Person, account: Account) -> None:
    device = Device(robin)
    make(robin)
    robin.says("Blue key, on one device")
    assert len(device.credentials()) == 1
    # The list below the user name is answered at once by this authenticator.
    device.touched(by_itself=False)
    _sign_out(robin)
    robin.open("/signin?return=/security-info")
    robin.heading("Sign in")
    device.touched(by_itself=True)
    robin.press("Sign in with a passkey")
    robin.heading("Security info")
    robin.says("Signed in with a passkey")
    # As a second proof the page asks by itself.
    device.touched(by_itself=False)
    _sign_out(robin)
    robin.open("/signin")
    robin.fill("User name", account.name)
    robin.press("Next")
    robin.fill("Password", PASSWORD)
    robin.press("Sign in")
    robin.heading("Enter the code we texted you")
    robin.follow("Use a different verification option")
    robin.heading("Use a different verification option")
    device.touched(by_itself=True)
    robin.choose("Use a passkey or security key")
    robin.heading("My Apps")
    # Deleted, it is forgotten by the browser too.
    robin.open("/security-info")
    robin.follow("Delete Blue key")
    robin.heading("Delete your passkey?")
    robin.press("Delete the passkey")
    robin.heading("The sign-in method is deleted")
    expect.set_options(timeout=5_000)
    robin.page.wait_for_timeout(500)
    assert device.credentials() == []


def test_FI3_whoever_is_not_verified_makes_nothing_and_reads_what_to_do(robin: Person) -> None:
    device = Device(robin)
    robin.open("/security-info/add")
    robin.pick("Passkey or security key")
    robin.press("Next")
    robin.heading(NEW)
    device.verifies(user=False)
    robin.press("Create the passkey")
    robin.says("Nothing was sent: you cancelled, or it took too long.")
    device.verifies(user=True)
    robin.press("Create the passkey")
    robin.heading("Your passkey is set up")
    robin.open("/security-info/add")
    robin.pick("Passkey or security key")
    robin.press("Next")
    robin.press("Create the passkey")
    robin.says("has a passkey for your account already")


def test_without_script_the_page_says_so_and_every_other_way_stands(
    new_person: NewPerson, account: Account, carrier: Carrier
) -> None:
    robin = new_person(script=False, width=390, shots="passkeys-no-script")
    robin.open("/security-info/add")
    robin.heading("Sign in")
    robin.says("To sign in with a passkey, switch on JavaScript.")
    expect(robin.page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    sign_in_by_text(robin, account, carrier)
    robin.pick("Passkey or security key")
    robin.press("Next")
    robin.heading(NEW)
    robin.says("Passkeys need JavaScript")
    expect(robin.page.get_by_role("button", name=re.compile("Create"))).to_be_hidden()
