"""Steps that journeys of several modules take."""

from browser.app import App
from browser.outside import Carrier, PhoneCall
from browser.person import Account, Person

CODE = "6-digit code"
NEW_CODE = "6-digit code from the new phone"


def press_on_phone(person: Person, call: PhoneCall) -> None:
    """Answer ``call`` with #; without script one tells the page so."""
    call.press("#")
    if not person.script:
        person.press("I pressed #, go on")


def sign_in_by_text(person: Person, account: Account, carrier: Carrier) -> None:
    person.to_challenge(account)
    person.heading("Enter the code we texted you")
    person.give(CODE, carrier.code_to(account.e164), "Verify")


def set_up_app(person: Person) -> App:
    """Set up an app from the page with the picture on, and return it."""
    person.heading("Scan this with your authenticator app")
    person.go(person.page.get_by_text("Can't scan? Type the key instead"))
    app = App(person.page.locator("#secret").inner_text().replace(" ", ""))
    person.give("Then type the 6 digits the app shows", app.shows(), "Check and save")
    return app
