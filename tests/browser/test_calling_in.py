"""A caller proves who they are, and two administrators agree about a third."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import WAYS, Account, Person
from browser.service import Service
from browser.test_helping import to_people
from browser.test_passkeys import Device, make
from browser.trips import sign_in_by_text

pytestmark = pytest.mark.browser
CHIEF = "kim@contoso.test"  # whom `proofup init` made
WORD = "The word that the help desk reads out"
PASSKEY = "Use a passkey"
REASON = "Why? It is kept in the audit log"


@pytest.fixture
def outside(service: Service, carrier: Carrier) -> tuple[Service, Carrier]:
    """Give the service with what takes its texts."""
    return service, carrier


def to_person(kim: Person, called: str, name: str) -> None:
    kim.open("/admin/users")
    kim.fill("Find", called)
    kim.press("Find")
    kim.follow(name)


@pytest.mark.parametrize("way", WAYS)
def test_a_caller_proves_who_they_are_without_telling_the_code(
    new_person: NewPerson,
    outside: tuple[Service, Carrier],
    account: Account,
    with_app: Account,
    way: dict[str, Any],
) -> None:
    service, carrier = outside
    kim = new_person(**way, shots="caller" if way["script"] else "")
    to_people(kim, with_app, service)
    to_person(kim, account.name, "Robin Ashby")
    kim.follow("Check who is calling")
    kim.heading("Check who is calling: Robin Ashby")
    kim.choose("Text code to my authentication phone")
    kim.heading("Check who is calling: Robin Ashby")
    kim.says("Read out to the caller")
    said = [one.strip() for one in kim.page.locator(".copy-ids dd strong").all_inner_texts()]
    code, address, word = said
    assert address.endswith("/check")
    caller = new_person(**way, shots="answer" if way["script"] else "")
    caller.open("/check")
    caller.heading("Show the help desk that it's you")
    caller.fill(WORD, word)
    caller.fill("The code from your phone or app", carrier.code_to(account.e164))
    caller.press("Send")
    caller.heading("The help desk knows that it's you")
    if not way["script"]:
        kim.press("Look again")
    expect(kim.page.get_by_role("heading", name="The caller is Robin Ashby")).to_be_visible()
    kim.heading("The caller is Robin Ashby")
    kim.follow("Back to this person")
    kim.heading("Robin Ashby")
    kim.says("The caller has proven who they are")
    assert len(code) == 4


def test_RC9_a_caller_proves_it_with_a_passkey_where_a_code_would_be_typed(
    new_person: NewPerson,
    outside: tuple[Service, Carrier],
    account: Account,
    with_app: Account,
) -> None:
    service, carrier = outside
    caller = new_person(shots="answer-passkey")
    caller.open("/security-info")
    sign_in_by_text(caller, account, carrier)
    caller.heading("Security info")
    device = Device(caller)
    make(caller)
    caller.menu("Sign out")
    kim = new_person(shots="caller-passkey")
    to_people(kim, with_app, service)
    to_person(kim, account.name, "Robin Ashby")
    kim.follow("Check who is calling")
    kim.choose(PASSKEY)
    kim.says("They type it there, and use their passkey.")
    word = kim.page.locator(".copy-ids dd strong").all_inner_texts()[-1].strip()
    caller.open("/check")
    caller.heading("Show the help desk that it's you")
    caller.fill(WORD, "BCDF-GHJK")
    caller.press(PASSKEY)
    caller.says("The word and the code don't match")
    caller.fill(WORD, word)
    device.verifies(user=False)
    caller.press(PASSKEY)
    caller.says("Nothing was sent: you cancelled, or it took too long.")
    caller.judge("cancelled")
    kim.says("Read out to the caller")
    device.verifies(user=True)
    caller.press(PASSKEY)
    caller.heading("The help desk knows that it's you")
    expect(kim.page.get_by_role("heading", name="The caller is Robin Ashby")).to_be_visible()
    kim.heading("The caller is Robin Ashby")
    kim.follow("Back to this person")
    kim.says("Blue key")


@pytest.mark.parametrize("way", WAYS)
def test_two_agree_about_an_administrator(
    new_person: NewPerson,
    outside: tuple[Service, Carrier],
    account: Account,
    with_app: Account,
    way: dict[str, Any],
) -> None:
    service, carrier = outside
    service.proofup("policy", "set", "approvalActs=setPasswords")
    service.proofup("role", "assign", account.name, "Global Administrator")
    ann = new_person(**way, shots="asks" if way["script"] else "")
    to_people(ann, with_app, service, "Global Administrator")
    ann.fill("Find", CHIEF)
    ann.press("Find")
    ann.go(ann.page.locator("tbody a").first)
    ann.follow("Reset password")
    ann.says("This takes a second approver")
    ann.fill(REASON, "called back on the desk line")
    ann.press("Ask for approval")
    ann.says("Waiting for approval")
    ann.judge("asked")
    address = ann.page.url
    bob = new_person(**way, shots="approves" if way["script"] else "")
    bob.open("/admin")
    sign_in_by_text(bob, account, carrier)
    bob.heading("Users")
    bob.follow("Approvals")
    bob.heading("Approvals")
    bob.open(address)
    bob.judge("request")
    bob.fill(REASON, "I know the voice")
    bob.press("Approve")
    bob.says("Approved")
    bob.judge("approved")
    ann.follow("All requests")
    ann.heading("Approvals")
    ann.open(address)
    ann.judge("to carry out")
    ann.says("I know the voice")
    ann.press("Reset password")
    ann.says("Shown once")
    service.proofup("policy", "set", "approvalActs=none")
