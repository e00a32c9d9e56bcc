"""Browsers that are remembered or stay signed in, and how their owner ends that."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import NewPerson
from browser.outside import PostOffice, plain_text
from browser.person import WAYS, Account, Person
from browser.service import Service

pytestmark = pytest.mark.browser
APP, CODE = "Enter the code your app shows", "6-digit code"
BOX = "Don't ask again on this browser for 30 days"
RESTORE = "Restore multi-factor authentication on previously trusted devices"
STAY = "Stay signed in?"


@pytest.fixture
def remembering(service: Service) -> Iterator[Service]:
    """Give the service while it remembers browsers."""
    service.proofup("policy", "set", "rememberDays=30")
    yield service
    service.proofup("policy", "set", "rememberDays=0")


@pytest.fixture
def asking(service: Service) -> Iterator[Service]:
    """Give the service while it asks who wants to stay signed in."""
    service.proofup("policy", "set", "staySignedIn=true")
    yield service
    service.proofup("policy", "set", "staySignedIn=false")


def sign_in_again(kit: Person, account: Account) -> None:
    kit.menu("Sign out")
    kit.heading("You are signed out")
    kit.follow("Sign in again")
    kit.to_challenge(account)


def is_ticked(kit: Person) -> bool:
    return kit.page.get_by_role("checkbox", name=BOX).is_checked()


@pytest.mark.usefixtures("remembering")
@pytest.mark.parametrize("way", WAYS)
def test_REM_02_REM_10_RST_01_a_browser_is_remembered_and_forgotten(
    new_person: NewPerson, with_app: Account, post_office: PostOffice, way: dict[str, Any]
) -> None:
    kit = new_person(**way, shots="remembered" if way["script"] else "")
    kit.open("/security-info")
    kit.to_challenge(with_app)
    kit.heading(APP)
    kit.tick(BOX)
    kit.press("Use a different verification option")
    kit.heading("Use a different verification option")
    kit.choose("Use a verification code from app")
    kit.heading(APP)
    assert is_ticked(kit)
    kit.give(CODE, "000000", "Verify")
    kit.says("didn't match")
    kit.judge("code, wrong")
    assert is_ticked(kit)
    kit.give(CODE, with_app.app.shows(), "Verify")
    kit.heading("Security info")
    kit.says("Browsers that skip the second proof")
    sign_in_again(kit, with_app)
    kit.heading("My Apps")
    kit.follow("Look at your Security info")
    kit.heading("Show that it's still you")  # a remembered browser is no proof of who uses it
    kit.follow("Back to My Apps")
    kit.heading("My Apps")
    kit.follow("Look at your Security info")
    kit.choose("Use a verification code from app")
    kit.heading(APP)
    kit.give(CODE, with_app.app.shows(), "Verify")
    kit.heading("Security info")
    kit.go(kit.page.get_by_role("button", name="Forget").first)
    kit.says("The browser is forgotten")
    sign_in_again(kit, with_app)
    kit.heading(APP)
    kit.tick(BOX)
    kit.give(CODE, with_app.app.shows(), "Verify")
    kit.heading("My Apps")
    kit.open("/security-info/classic")
    kit.heading("Additional security verification")
    kit.says("1 browser skips the second proof today")
    kit.go(kit.page.locator("a[href='/security-info/devices/restore?back=classic']"))
    kit.heading(RESTORE)
    kit.press("Restore")
    kit.heading("Additional security verification")
    kit.says("All browsers are forgotten")
    told = post_office.mail_to(with_app.mail)
    assert "asks for a second proof again everywhere" in str(told["subject"])
    assert "/not-me/" in plain_text(told)
    sign_in_again(kit, with_app)
    kit.heading(APP)


@pytest.mark.usefixtures("remembering")
@pytest.mark.parametrize("way", WAYS)
def test_CH_10_RST_02_one_browser_is_forgotten_alone_and_all_of_them_at_once(
    new_person: NewPerson, with_app: Account, way: dict[str, Any]
) -> None:
    home, work = new_person(**way), new_person(**way)
    for kit in (home, work):
        kit.open("/security-info")
        kit.to_challenge(with_app)
        kit.tick(BOX)
        kit.give(CODE, with_app.app.shows(), "Verify")
        kit.heading("Security info")
    rows = work.page.locator("section[aria-labelledby='devices'] li")
    expect(rows).to_have_count(2)
    others = rows.filter(has_not_text="This browser")
    work.go(others.get_by_role("button", name="Forget"))
    work.says("The browser is forgotten")
    sign_in_again(work, with_app)
    work.heading("My Apps")  # the one that is left
    sign_in_again(home, with_app)
    home.heading(APP)
    home.tick(BOX)
    home.give(CODE, with_app.app.shows(), "Verify")
    home.heading("My Apps")
    home.follow("Security info")
    home.heading("Security info")
    home.go(home.page.locator("a[href^='/security-info/devices/restore']"))
    home.heading(RESTORE)
    home.press("Restore")
    home.says("All browsers are forgotten")
    for kit in (work, home):
        sign_in_again(kit, with_app)
        kit.heading(APP)


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize("way", WAYS)
def test_CH_14_SE4_ACT_09_one_stays_signed_in_and_ends_it_from_elsewhere(
    new_person: NewPerson, with_app: Account, way: dict[str, Any]
) -> None:
    home = new_person(**way, shots="staying" if way["script"] else "")
    home.open("/security-info")
    home.to_challenge(with_app)
    home.give(CODE, with_app.app.shows(), "Verify")
    home.heading(STAY)
    home.press("Yes")
    home.heading("Security info")
    assert session_ends(home) > time.time() + 23 * 3600
    work = new_person(**way)
    work.open("/security-info")
    work.to_challenge(with_app)
    work.give(CODE, with_app.app.shows(), "Verify")
    work.heading(STAY)
    work.press("No")
    work.heading("Security info")
    assert session_ends(work) == -1  # with the browser
    work.says("Where you are signed in")
    work.go(work.page.get_by_role("button", name="Sign out there").first)
    work.says("You are signed out there")
    work.heading("Security info")
    home.page.reload()
    home.heading("Sign in")
    work.follow("Show all")
    work.heading("Your activity")
    work.says("Signed out on another device")
    work.go(work.page.locator("details.more > summary"))
    work.judge("activity, opened")
    work.press("It wasn't me")
    work.heading("Changes are stopped, and you are signed out everywhere")
    work.open("/security-info")
    work.heading("Sign in")


def session_ends(person: Person) -> float:
    """Return when the browser forgets its session, -1 where that is when it is closed."""
    kept = {one["name"]: one for one in person.context.cookies()}
    return kept["pu_s"]["expires"]


@pytest.mark.usefixtures("remembering")
@pytest.mark.parametrize("language", ["ar", "de"])
def test_LNG_03_REM_02_a_browser_is_remembered_in_every_language(
    new_person: NewPerson, with_app: Account, language: str
) -> None:
    kit = new_person(script=False, width=390, locale=language, shots=language)
    kit.open("/security-info")
    for number in range(2):
        kit.page.locator("#user").fill(with_app.name)
        kit.page.locator("main button[type=submit]").first.click()
        kit.page.locator("#password").fill(with_app.password)
        kit.page.locator("main button[type=submit]").first.click()
        if number == 0:
            kit.page.locator("[name=remember]").check()
            kit.judge("remember")
            kit.page.locator("[name=code]").fill(with_app.app.shows())
            kit.page.locator("#proof button.primary").click()
            expect(kit.page.locator("#devices")).to_be_visible()
            kit.judge("devices")
            kit.page.locator("details.menu > summary").click()
            kit.page.locator("form[action='/signout'] button").click()
            kit.page.locator("main a.primary").click()
    expect(kit.page).to_have_url(f"{kit.origin}/myapps")
    kit.judge("my apps")
