"""A password that is temporary, one that is forgotten, and a guest's first, by the keyboard."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from browser.conftest import NewPerson
from browser.outside import Carrier, PostOffice, plain_text
from browser.person import WAYS, Account
from browser.service import Service
from browser.trips import CODE, sign_in_by_text

pytestmark = pytest.mark.browser
OWN = "seven grey geese fly south"
NEW, AGAIN = "New password", "New password, again"
LINK = re.compile(r"https?://\S+(/invitation/\S+)")


@pytest.fixture
def resetting(service: Service) -> Iterator[Service]:
    """Let everybody reset a forgotten password, for one test."""
    service.proofup("policy", "set", "passwordReset=everyone", "resetWaitHours=0")
    yield service
    service.proofup("policy", "set", "passwordReset=default", "resetWaitHours=default")


@pytest.mark.parametrize("way", WAYS)
def test_PWD_01_a_temporary_password_is_replaced_on_the_way_in(
    new_person: NewPerson,
    account: Account,
    service: Service,
    carrier: Carrier,
    way: dict[str, Any],
) -> None:
    said = json.loads(service.proofup("user", "set-password", account.name, "--json"))
    robin = new_person(**way, shots="passwords")
    robin.open("/signin")
    robin.to_password(account)
    robin.fill("Password", said["password"])
    robin.press("Sign in")
    robin.heading("Enter the code we texted you")
    robin.give(CODE, carrier.code_to(account.e164), "Verify")
    robin.heading("Update your password")
    robin.fill(NEW, "short")
    robin.fill(AGAIN, "short")
    robin.press("Update password")
    robin.heading("Update your password")
    robin.says("At least 12 characters")
    robin.fill(NEW, OWN)
    robin.fill(AGAIN, OWN)
    robin.press("Update password")
    robin.heading("My Apps")


@pytest.mark.parametrize("way", WAYS)
def test_PSR_04_a_forgotten_password_is_reset_by_text(
    new_person: NewPerson,
    account: Account,
    resetting: Service,
    carrier: Carrier,
    way: dict[str, Any],
) -> None:
    assert resetting
    robin = new_person(**way, shots="forgotten")
    robin.open("/signin")
    robin.to_password(account)
    robin.follow("I forgot my password")
    robin.heading("Reset your password")
    robin.press("Next")
    robin.heading("How can you prove it's you?")
    robin.choose("Text code to my authentication phone")
    robin.heading("Enter your code")
    code = carrier.code_to(account.e164)
    robin.give(CODE, "000000" if code != "000000" else "000001", "Verify")
    robin.heading("Enter your code")
    robin.says("4 tries are left today")
    robin.give(CODE, code, "Verify")
    robin.heading("Choose a new password")
    robin.fill(NEW, OWN)
    robin.fill(AGAIN, OWN)
    robin.press("Change password")
    robin.heading("Sign in")
    robin.says("Your password is changed")
    robin.fill("User name", account.name)
    robin.press("Next")
    robin.heading("Enter your password")
    robin.fill("Password", OWN)
    robin.press("Sign in")
    robin.heading("Enter the code we texted you")


def test_an_address_for_resets_is_added(
    new_person: NewPerson, account: Account, carrier: Carrier, post_office: PostOffice
) -> None:
    robin = new_person(keys=True, shots="email")
    robin.open("/security-info")
    sign_in_by_text(robin, account, carrier)
    robin.heading("Security info")
    robin.open("/security-info/email")
    robin.heading("Add an address for password resets")
    own = f"private.{account.name}"
    robin.fill("Mail address", own)
    robin.press("Mail the code")
    robin.heading("Confirm your mail address")
    (code,) = re.findall(r"\b(\d{3} \d{3})\b", str(post_office.mail_to(own)["subject"]))
    robin.give("6-digit code from the mail", code, "Confirm and add")
    robin.heading("Your address for password resets is added")


@pytest.mark.parametrize("width", [1280, 390])
def test_AD14_a_guest_is_invited_and_chooses_a_password(
    new_person: NewPerson, with_app: Account, service: Service, post_office: PostOffice, width: int
) -> None:
    service.proofup("role", "assign", with_app.name, "Guest Inviter")
    kim = new_person(keys=width > 600, width=width, shots="guest")
    kim.open("/admin/guests")
    kim.to_challenge(with_app)
    kim.heading("Enter the code your app shows")
    kim.give(CODE, with_app.app.shows(), "Verify")
    kim.heading("Invitations")
    kim.follow("Invite a guest")
    kim.heading("Invite a guest")
    mail = f"noor.{width}@example.org"
    kim.fill("Name", "Noor Haddad")
    kim.fill("Mail address", mail)
    kim.fill("Message (optional)", "See you on Monday")
    kim.fill("Why? It is kept in the audit log", "a project")
    kim.press("Send the invitation")
    kim.heading("Noor Haddad Guest")
    kim.open("/admin/guests")
    kim.heading("Invitations")
    kim.says(mail)
    found = LINK.search(plain_text(post_office.mail_to(mail)))
    assert found
    noor = new_person(keys=width > 600, width=width, shots="guest")
    noor.open(found[1])
    noor.heading("Accept the invitation")
    noor.fill(NEW, OWN)
    noor.fill(AGAIN, OWN)
    noor.press("Accept and sign in")
    noor.heading("Sign in")
    noor.fill("User name", mail)
    noor.press("Next")
    noor.heading("Enter your password")
    noor.fill("Password", OWN)
    noor.press("Sign in")
    noor.heading("My Apps")
