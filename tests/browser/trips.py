"""Steps that journeys of several modules take."""

import base64
import time

from browser.outside import Carrier, PhoneCall
from browser.person import Account, Person
from proofup.methods.software_oath import hotp

CODE = "6-digit code"
NEW_CODE = "6-digit code from the new phone"


def code_of(secret: str, *, steps: int = 0) -> str:
    """Return what an app with ``secret`` (Base32) shows now, or some time steps away."""
    return hotp(base64.b32decode(secret), int(time.time()) // 30 + steps)


def proven_by_app(account: Account, *, steps: int = 0) -> str:
    """Return what the app of ``account`` shows."""
    return code_of(account.secret, steps=steps)


def press_on_phone(person: Person, call: PhoneCall) -> None:
    """Answer ``call`` with #; without script one tells the page so."""
    call.press("#")
    if not person.script:
        person.press("I pressed #, go on")


def sign_in_by_text(person: Person, account: Account, carrier: Carrier) -> None:
    person.to_challenge(account)
    person.heading("Enter the code we texted you")
    person.give(CODE, carrier.code_to(account.e164), "Verify")


def set_up_app(person: Person) -> str:
    """Set up an app from the page with the picture on, and return its secret (Base32)."""
    person.heading("Scan this with your authenticator app")
    person.go(person.page.get_by_text("Can't scan? Type the key instead"))
    secret = person.page.locator("#secret").inner_text().replace(" ", "")
    person.give("Then type the 6 digits the app shows", code_of(secret), "Check and save")
    return secret
