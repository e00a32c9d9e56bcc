"""The demo's tour, as somebody takes it who has just typed ``make run``."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from browser.person import Person
from browser.test_authenticator import Phone, number_on, registered
from demo.test_whole_demo import free_ports

# The demo makes its organisation by a dozen commands first.
pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
SIZES = (1280, 390)


@dataclass(frozen=True)
class Demo:
    """A demo that runs: where its start page and Proofup are, and the passwords by user name."""

    start: str
    service: str
    passwords: dict[str, str]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """Run a new demo: on its phones is no older text, and none was texted a moment ago."""
    folder, port = tmp_path / "demo-data", free_ports()
    words = [sys.executable, "-m", "demo.run", "--folder", str(folder), "--port", str(port)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = []
        for line in process.stdout:
            told.append(line)
            if "Ctrl-C stops everything" in line:
                break
        else:
            pytest.fail(f"the demo did not start: {''.join(told)}")
        people = json.loads((folder / "people.json").read_text())
        yield Demo(
            start=f"http://localhost:{port + 1}/",
            service=f"http://localhost:{port}",
            passwords={one["name"].split()[0]: one["password"] for one in people},
        )
        process.terminate()


class Stranger(Person):
    """Somebody with the start page in one tab, and Proofup in another."""

    def __init__(self, browser: Browser, demo: Demo, **options: Any) -> None:
        super().__init__(browser, demo.start, **options)
        self.demo = demo
        self.start = self.page
        self.open(demo.start)

    def sign_in(self, name: str) -> None:
        """Follow the tour to the sign-in of ``name``, and give the password."""
        with self.context.expect_page() as opened:
            self.start.get_by_role("link", name=f"Sign in as {name}", exact=True).click()
        self.page = opened.value
        self.press("Next")
        self.fill("Password", self.demo.passwords[name])
        self.press("Sign in")

    def look_at(self, name: str) -> None:
        """Follow a link of the bar at the top."""
        self.page.get_by_role("navigation").get_by_role("link", name=name).click()

    def code_on_the_phone(self) -> str:
        """Return the code of the text that the start page's phone shows."""
        digits = self.start.locator("#digits")
        expect(digits).to_be_visible()
        return digits.inner_text().replace(" ", "")


@pytest.fixture(params=SIZES)
def stranger(chromium: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Stranger]:
    """Give somebody who has opened the start page."""
    made = Stranger(chromium, demo, width=request.param, shots="demo")
    yield made
    made.close()


def test_a_stranger_takes_the_tour(stranger: Stranger, demo: Demo) -> None:
    stranger.heading("Try Proofup in three steps")
    stranger.sign_in("Robin")
    stranger.heading("Enter the code we texted you")
    stranger.give("6-digit code", stranger.code_on_the_phone(), "Verify")
    stranger.heading("My Apps")
    stranger.page.get_by_role("link", name=re.compile("Expenses")).click()
    stranger.heading("Robin's expenses")
    stranger.says("password and a second proof")
    stranger.press("Sign out")
    stranger.heading("You are signed out")
    stranger.page = stranger.start
    stranger.judge("start with a text")
    stranger.look_at("Phones")
    stranger.heading("Robin Ashby's phone")
    stranger.look_at("Mailbox")
    stranger.heading("Mailbox")
    stranger.open(demo.start)
    stranger.sign_in("Priya")
    stranger.heading("Add a second proof to your account")
    stranger.page = stranger.start
    stranger.sign_in("Kim")
    stranger.heading("Enter the code we texted you")
    # The newest text is Kim's once the phone on the start page is Kim's.
    expect(stranger.start.get_by_text("Kim Larsen's phone")).to_be_visible()
    stranger.give("6-digit code", stranger.code_on_the_phone(), "Verify")
    stranger.heading("Users")
    stranger.says("Priya Nair")


def test_PSH_01_a_request_with_its_number_is_approved_in_the_app_that_the_phone_leads_to(
    chromium: Browser, demo: Demo
) -> None:
    desk = Stranger(chromium, demo)
    desk.look_at("Phones")
    link = desk.page.get_by_role("link", name="the authenticator app", exact=True)
    address = str(link.get_attribute("href"))
    assert address == f"{demo.service}/authenticator"
    robin = Person(chromium, demo.service, shots="demo-push")
    phone = Phone(Person(chromium, demo.service, width=390, shots="demo-push-phone"))
    phone.person.open(address)
    phone.person.judge("empty")
    robin.open("/signin?return=/security-info")
    with_password(robin, demo)
    robin.heading("Enter the code we texted you")
    desk.open(demo.start)
    robin.give("6-digit code", desk.code_on_the_phone(), "Verify")
    robin.heading("Security info")
    registered(robin, phone)
    robin.menu("Sign out")
    robin.open("/signin?return=/security-info")
    with_password(robin, demo)
    if not robin.page.locator(".number-match").is_visible():
        robin.page.get_by_text("Use a different verification option").click()
        robin.choose("Approve a request on the authenticator app")
    robin.heading("Enter this number in your app")
    number = number_on(robin)
    robin.judge("number")
    expect(phone.page.get_by_role("heading", name="Are you signing in?")).to_be_visible()
    phone.person.judge("request")
    phone.approve(number)
    phone.person.says("Approved.")
    robin.heading("Security info")
    for one in (desk, robin, phone.person):
        one.close()


def with_password(robin: Person, demo: Demo) -> None:
    """Give Robin's name and password."""
    robin.fill("User name", "robin.ashby@contoso.test")
    robin.press("Next")
    robin.fill("Password", demo.passwords["Robin"])
    robin.press("Sign in")
