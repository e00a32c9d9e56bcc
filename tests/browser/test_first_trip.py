"""The first trip, with a real browser against the service as an operator runs it."""

import re
import time

import pytest
from playwright.sync_api import expect

from browser.app import App
from browser.conftest import NewPerson
from browser.outside import Carrier, PostOffice, plain_text
from browser.person import Account, Person, other_than

pytestmark = pytest.mark.browser
REST_SECONDS = 31  # until the same number may be texted again
CODE = "6-digit code"
NEW_CODE = "6-digit code from the new phone"
EVERY_BROWSER = [
    pytest.param(script, width, id=f"{'script' if script else 'no-script'}-{width}")
    for script in (True, False)
    for width in (1280, 390)
]


def as_typed(e164: str) -> str:
    """Write a British number as people of the country do."""
    return f"0{e164[3:7]} {e164[7:]}"


def sign_in(person: Person, account: Account, carrier: Carrier) -> None:
    person.to_challenge(account)
    person.heading("Enter the code we texted you")
    person.give(CODE, carrier.code_to(account.e164), "Verify")
    person.heading("Security info")


def sign_in_with_slips(robin: Person, account: Account, carrier: Carrier) -> None:
    """Sign in with one wrong password and one wrong code on the way."""
    robin.to_password(account)
    robin.field("Password").fill("not the password")
    robin.press("Sign in")
    robin.says("The user name or the password is not right.")
    robin.judge("password, wrong")
    assert robin.has_focus(robin.field("Password"))
    robin.field("Password").fill(account.password)
    robin.press("Sign in")
    robin.heading("Enter the code we texted you")
    robin.says("Sent to")
    assert account.number not in robin.page.content()
    code = carrier.code_to(account.e164)
    robin.give(CODE, other_than(code), "Verify")
    robin.says("That code didn't match.")
    robin.judge("code, wrong")
    assert robin.has_focus(robin.field(CODE))
    assert robin.page.title().startswith("Error: ")
    robin.give(CODE, code, "Verify")
    robin.heading("Security info")


def change_phone_with_slips(robin: Person, account: Account, carrier: Carrier) -> None:
    """Change the phone with one wrong number and one wrong code on the way."""
    robin.page.get_by_role("link", name="Change phone", exact=True).click()
    robin.heading("Change your phone")
    robin.field("New mobile number").fill("020 7946 0018")
    robin.field("Country or region").select_option("GB")
    robin.press("Send the code")
    robin.says("This number takes calls but no texts.")
    robin.judge("number, wrong")
    assert robin.has_focus(robin.field("New mobile number"))
    new = account.another(0)
    robin.field("New mobile number").fill(as_typed(new))
    robin.press("Send the code")
    robin.heading("Confirm your new phone")
    robin.says("Works until you confirm")
    code = carrier.code_to(new)
    robin.give(NEW_CODE, other_than(code), "Confirm and change")
    robin.says("That code didn't match.")
    assert robin.has_focus(robin.field(NEW_CODE))
    robin.give(NEW_CODE, code, "Confirm and change")
    robin.heading("Security info")
    robin.says("Your phone is now")
    robin.says("The old number no longer works.")
    assert robin.has_focus(robin.page.locator("#done"))


@pytest.mark.parametrize(("script", "width"), EVERY_BROWSER)
def test_the_phone_is_changed_and_told_of(
    new_person: NewPerson,
    account: Account,
    carrier: Carrier,
    post_office: PostOffice,
    *,
    script: bool,
    width: int,
) -> None:
    robin = new_person(script=script, width=width, shots="trip" if script else "")
    robin.open("/security-info")
    sign_in_with_slips(robin, account, carrier)
    change_phone_with_slips(robin, account, carrier)
    assert "no longer signs in" in carrier.text_to(account.e164)["text"]
    mail = post_office.mail_to(account.mail)
    link = re.search(rf"{robin.origin}/not-me/\S+", plain_text(mail))
    assert link
    elsewhere = new_person(script=script, width=width, shots="mail" if script else "")
    elsewhere.open(link[0])
    elsewhere.heading("Tell us that it wasn't you")
    robin.page.reload()
    robin.heading("Security info")
    elsewhere.press("It wasn't me")
    elsewhere.heading("Changes are stopped, and you are signed out everywhere")
    robin.page.reload()
    robin.heading("Sign in")
    elsewhere.open(link[0])
    elsewhere.heading("This link has been used or is over")


def test_the_new_number_signs_in_and_the_old_one_does_not(
    new_person: NewPerson, account: Account, carrier: Carrier
) -> None:
    robin = new_person()
    robin.open("/security-info")
    robin.to_challenge(account)
    old = carrier.code_to(account.e164)
    robin.give(CODE, old, "Verify")
    robin.open("/security-info/phone")
    new = account.another(0)
    robin.field("New mobile number").fill(new)
    robin.press("Send the code")
    robin.give(NEW_CODE, carrier.code_to(new), "Confirm and change")
    texted_at = time.monotonic()
    robin.says("Your phone is now")
    robin.menu("Sign out")
    robin.heading("You are signed out")
    while time.monotonic() < texted_at + REST_SECONDS:
        robin.page.wait_for_timeout(500)
    robin.page.get_by_role("link", name="Sign in again").click()
    robin.to_challenge(account)
    robin.heading("Enter the code we texted you")
    code = carrier.code_to(new)
    if code != old:
        robin.give(CODE, old, "Verify")
        robin.says("That code didn't match.")
    robin.give(CODE, code, "Verify")
    robin.heading("My Apps")


@pytest.mark.parametrize(("script", "width"), EVERY_BROWSER)
def test_an_app_is_added_and_signs_in(
    new_person: NewPerson, account: Account, carrier: Carrier, *, script: bool, width: int
) -> None:
    robin = new_person(script=script, width=width, shots="app" if script else "")
    robin.open("/security-info")
    sign_in(robin, account, carrier)
    robin.page.get_by_role("link", name="Add sign-in method").click()
    robin.heading("Add a sign-in method")
    robin.pick("Codes from an authenticator app")
    robin.field("What do you want to call it?").fill("Blue phone")
    robin.press("Next")
    robin.heading("Scan this with your authenticator app")
    robin.page.get_by_text("Can't scan? Type the key instead").click()
    app = App(robin.page.locator("#secret").inner_text().replace(" ", ""))
    expect(robin.page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    label = "Then type the 6 digits the app shows"
    robin.give(label, "000000", "Check and save")
    robin.says("That code didn't match.")
    robin.judge("app, wrong")
    robin.give(label, app.shows(), "Check and save")
    robin.heading("Security info")
    robin.says("Blue phone is set up")
    robin.follow("Rename Blue phone")
    robin.heading("Change the name")
    robin.fill("What do you want to call it?", "Red phone")
    robin.press("Save")
    robin.says("The name is changed")
    robin.heading("Security info")
    robin.page.get_by_role("link", name="Change default method").click()
    robin.heading("Change your default")
    robin.page.get_by_role("radio", name="Use verification code from app or token").check()
    robin.press("Save the default")
    robin.says("Your default is changed")
    robin.menu("Sign out")
    robin.heading("You are signed out")
    robin.page.get_by_role("link", name="Sign in again").click()
    robin.to_challenge(account)
    robin.heading("Enter the code your app shows")
    robin.page.get_by_role("link", name="Use a different verification option").click()
    robin.heading("Use a different verification option")
    robin.page.get_by_role("link", name="Back").click()
    # The code of the confirmation is spent; the next one counts already.
    robin.give(CODE, app.shows(), "Verify")
    robin.heading("My Apps")
    robin.follow("Security info")
    robin.heading("Security info")
    robin.page.get_by_role("link", name="Delete Red phone").click()
    robin.heading("Delete your authenticator app?")
    robin.press("Delete the app")
    robin.says("The sign-in method is deleted")
    robin.judge("deleted")


def sign_in_by_keyboard(robin: Person, account: Account, carrier: Carrier) -> None:
    keys = robin.page.keyboard
    robin.heading("Sign in")
    assert robin.has_focus(robin.field("User name"))
    keys.type(account.name)
    keys.press("Enter")
    robin.heading("Enter your password")
    assert robin.has_focus(robin.field("Password"))
    keys.type("wrong one")
    keys.press("Enter")
    robin.says("The user name or the password is not right.")
    assert robin.has_focus(robin.field("Password"))
    keys.type(account.password)
    keys.press("Enter")
    robin.heading("Enter the code we texted you")
    assert robin.has_focus(robin.field(CODE))
    keys.type(carrier.code_to(account.e164))
    keys.press("Enter")
    robin.heading("Security info")


def test_the_whole_trip_by_keyboard_alone(
    new_person: NewPerson, account: Account, carrier: Carrier
) -> None:
    robin = new_person()
    page, keys = robin.page, robin.page.keyboard
    robin.open("/security-info")
    sign_in_by_keyboard(robin, account, carrier)
    keys.press("Tab")
    assert robin.has_focus(page.get_by_role("link", name="Skip to content"))
    robin.tab_to(page.get_by_role("link", name="Change phone", exact=True))
    keys.press("Enter")
    robin.heading("Change your phone")
    assert robin.has_focus(robin.field("New mobile number"))
    new = account.another(0)
    keys.type(new)
    robin.tab_to(page.get_by_role("button", name="Send the code"))
    keys.press("Enter")
    robin.heading("Confirm your new phone")
    assert robin.has_focus(robin.field(NEW_CODE))
    code = carrier.code_to(new)
    keys.type(other_than(code))
    keys.press("Enter")
    robin.says("That code didn't match.")
    assert robin.has_focus(robin.field(NEW_CODE))
    keys.type(code)
    robin.tab_to(page.get_by_role("checkbox", name="Sign me out everywhere else"))
    keys.press("Space")
    robin.tab_to(page.get_by_role("button", name="Confirm and change"))
    keys.press("Enter")
    robin.says("Your phone is now")
    assert robin.has_focus(page.locator("#done"))
    robin.open("/security-info")
    robin.tab_to(page.locator("details.menu > summary"))
    keys.press("Enter")
    robin.tab_to(page.get_by_role("button", name="Sign out", exact=True))
    keys.press("Enter")
    robin.heading("You are signed out")
    robin.judge("signed out")


def test_CMP_07_the_delivery_line_goes_on_by_itself(
    new_person: NewPerson, account: Account, carrier: Carrier
) -> None:
    robin = new_person(shots="delivery")
    carrier.confirms = False
    carrier.may_answer.clear()
    try:
        robin.open("/security-info")
        robin.to_challenge(account)
        robin.heading("Enter the code we texted you")
        robin.says("Being sent")
        order = carrier.text_to(account.e164)
        robin.field(CODE).fill("12")
        carrier.may_answer.set()
        robin.says("On its way")
        robin.judge("on its way")
        assert carrier.report(order, "delivered") == 204
        expect(robin.page.get_by_text("Delivered")).to_be_visible(timeout=10_000)
        robin.judge("delivered")
        assert robin.field(CODE).input_value() == "12", "what was typed stays"
        assert robin.has_focus(robin.field(CODE))
    finally:
        carrier.may_answer.set()
        carrier.confirms = True


def test_CMP_07_a_text_that_fails_says_what_to_do(
    new_person: NewPerson, account: Account, carrier: Carrier
) -> None:
    robin = new_person(width=390, shots="failed")
    carrier.confirms = False
    try:
        robin.open("/security-info")
        robin.to_challenge(account)
        robin.heading("Enter the code we texted you")
        order = carrier.text_to(account.e164)
        expect(robin.page.get_by_text("On its way")).to_be_visible(timeout=10_000)
        assert carrier.report(order, "failed") == 204
        expect(robin.page.get_by_text("Your text could not be delivered")).to_be_visible(
            timeout=10_000
        )
        robin.judge("not delivered")
    finally:
        carrier.confirms = True


def test_a_sign_in_goes_on_over_back_and_reload(
    new_person: NewPerson, account: Account, carrier: Carrier
) -> None:
    robin = new_person()
    robin.open("/security-info/add")
    robin.to_challenge(account)
    robin.heading("Enter the code we texted you")
    robin.page.reload()
    robin.heading("Enter the code we texted you")
    robin.page.go_back()
    robin.page.go_forward()
    robin.heading("Enter the code we texted you")
    robin.give(CODE, carrier.code_to(account.e164), "Verify")
    robin.heading("Add a sign-in method")
    robin.page.go_back()
    robin.heading("My Apps")
    robin.open("/signin")
    robin.heading("My Apps")


def test_pages_nobody_meant_to_see(new_person: NewPerson) -> None:
    for width in (1280, 390):
        lost = new_person(width=width, shots="lost")
        lost.open("/no/such/page")
        lost.heading("There is no page here")
        lost.open("/not-me/" + "a" * 43)
        lost.heading("This link has been used or is over")
        lost.open("/signed-out")
        lost.heading("You are signed out")
