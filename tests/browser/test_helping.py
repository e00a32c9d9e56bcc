"""The help desk and a lost phone, from the search to the record, as the least role that may."""

from typing import Any

import pytest
from playwright.sync_api import Error

from browser.conftest import NewPerson
from browser.outside import Carrier, PostOffice, plain_text
from browser.person import EVERY_WAY, WAYS, Account, Person
from browser.service import Service
from browser.trips import sign_in_by_text

pytestmark = pytest.mark.browser
APP, CODE = "Enter the code your app shows", "6-digit code"
ROLE = "Help desk (MFA)"


Outside = tuple[Service, Carrier, PostOffice]


@pytest.fixture
def outside(service: Service, carrier: Carrier, post_office: PostOffice) -> Outside:
    """Give the service with what takes its texts and mails."""
    return service, carrier, post_office


def to_people(kim: Person, account: Account, service: Service, role: str = ROLE) -> None:
    """Give a role, and sign in to the list of people."""
    service.proofup("role", "assign", account.name, role)
    kim.open("/admin")
    kim.to_challenge(account)
    kim.heading(APP)
    kim.give(CODE, account.app.shows(), "Verify")
    kim.heading("Users")


@pytest.mark.parametrize("way", EVERY_WAY)
def test_a_lost_phone_is_done_with_in_one_dialog(
    new_person: NewPerson,
    account: Account,
    with_app: Account,
    outside: Outside,
    way: dict[str, Any],
) -> None:
    service, carrier, post_office = outside
    thief = new_person(script=False)
    thief.open("/security-info")
    sign_in_by_text(thief, account, carrier)
    thief.heading("Security info")
    kim = new_person(**way, shots="help" if way["script"] else "")
    to_people(kim, with_app, service)
    kim.fill("Find", account.name)
    kim.press("Find")
    kim.heading("Users")
    kim.follow("Robin Ashby")
    kim.heading("Robin Ashby")
    kim.says("Who is calling?")
    actions = 0
    kim.follow("Lost or stolen phone")
    actions += 1
    kim.heading("Lost or stolen phone: Robin Ashby")
    kim.says("Will be cleared")
    kim.fill("Why? It is kept in the audit log", "stolen on the tram")
    actions += 1
    kim.press("Clear and sign out everywhere")
    actions += 1
    kim.heading("The lost phone opens nothing now")
    kim.says("1 session")
    kim.says("Told by mail to")
    assert actions <= 5
    assert "reset" in plain_text(post_office.mail_to(account.mail)).lower()
    thief.open("/security-info")
    thief.heading("Sign in")
    kim.follow("Back to this person")
    kim.heading("Robin Ashby")
    kim.says("Nothing registered")


@pytest.mark.parametrize("way", WAYS)
def test_a_new_password_is_shown_once_and_a_reason_is_asked_for(
    new_person: NewPerson,
    service: Service,
    account: Account,
    with_app: Account,
    way: dict[str, Any],
) -> None:
    kim = new_person(**way, shots="password" if way["script"] else "")
    to_people(kim, with_app, service, "Authentication Administrator")
    kim.fill("Find", account.name)
    kim.press("Find")
    kim.follow("Robin Ashby")
    kim.follow("Reset password")
    kim.heading("Reset password: Robin Ashby")
    kim.fill("Why? It is kept in the audit log", " ")
    kim.press("Reset password")
    if not way["script"]:
        kim.says("Type a reason")
    kim.fill("Why? It is kept in the audit log", "called back on the desk line")
    kim.press("Reset password")
    kim.heading("There is a temporary password")
    shown = kim.page.locator("#secret").inner_text()
    assert len(shown) == 23
    kim.follow("Back to this person")
    kim.heading("Robin Ashby")
    assert shown not in kim.page.content()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the answer to a form is kept nowhere
        kim.page.go_back()


@pytest.mark.parametrize("way", WAYS)
def test_quick_steps_on_the_classic_page(
    new_person: NewPerson,
    service: Service,
    account: Account,
    with_app: Account,
    way: dict[str, Any],
) -> None:
    kim = new_person(**way, shots="mfa" if way["script"] else "")
    to_people(kim, with_app, service, "Authentication Administrator")
    kim.follow("Multi-factor authentication")
    kim.heading("Multi-factor authentication")
    kim.fill("Find", account.name)
    kim.press("Find")
    kim.tick("Select Robin Ashby")
    kim.press("Enforce")
    kim.heading("Enforce multi-factor authentication")
    kim.fill("Why? It is kept in the audit log", "new rule")
    kim.press("Enforce")
    kim.heading("Done for 1 person")
    kim.follow("Close")
    kim.heading("Multi-factor authentication")


@pytest.mark.parametrize("way", WAYS)
def test_the_log_is_read_and_narrowed(
    new_person: NewPerson, service: Service, with_app: Account, way: dict[str, Any]
) -> None:
    kim = new_person(**way, shots="logs" if way["script"] else "")
    to_people(kim, with_app, service, "Security Reader")
    kim.follow("Audit log")
    kim.heading("Audit log")
    kim.fill("About whom: user name or id", with_app.name)
    kim.press("Show")
    kim.heading("Audit log")
    kim.says("Signed in")


@pytest.mark.parametrize("way", WAYS)
def test_somebody_without_a_role_finds_no_page(
    new_person: NewPerson, with_app: Account, way: dict[str, Any]
) -> None:
    robin = new_person(**way)
    robin.open("/admin/users")
    robin.to_challenge(with_app)
    robin.heading(APP)
    robin.give(CODE, with_app.app.shows(), "Verify")
    robin.heading("There is no page here")
