"""Recovery codes on paper, with a real browser: the only phone is lost, and one gets in."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import WAYS, Account, Person
from browser.trips import CODE, sign_in_by_text

pytestmark = pytest.mark.browser
TEN_HASHES_MS = 60_000


def print_it(robin: Person) -> None:
    """Demand a sheet that is black on white even in the dark, and names whose it is."""
    robin.page.emulate_media(media="print", color_scheme="dark")
    ink, paper = robin.page.evaluate(
        """() => {
          const style = getComputedStyle(document.querySelector("#ids-list dd"));
          return [style.color, getComputedStyle(document.body).backgroundColor];
        }"""
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    for told in ("Robin Ashby", "Contoso", "UTC"):
        expect(robin.page.locator("dl.facts").get_by_text(told).first).to_be_visible()
    expect(robin.page.get_by_text("I have kept them")).to_be_hidden()
    folder = os.environ.get("PAGE_SHOTS")
    if folder:
        robin.page.screenshot(path=str(Path(folder) / f"sheet-{robin.width}.png"), full_page=True)
    robin.page.emulate_media(media="screen", color_scheme="light")


@pytest.mark.parametrize("way", WAYS)
def test_CMP_04_codes_are_kept_on_paper_and_let_one_in(
    new_person: NewPerson, account: Account, carrier: Carrier, way: dict[str, Any]
) -> None:
    robin = new_person(**way, shots="paper" if way["script"] else "")
    robin.open("/security-info")
    sign_in_by_text(robin, account, carrier)
    robin.heading("Security info")
    robin.says("Only one phone can let you in")
    robin.go(robin.page.locator("a[href='/security-info/recovery-codes']"))
    robin.heading("Recovery codes")
    robin.press("Make recovery codes")
    title = robin.page.get_by_role("heading", name="Your recovery codes", exact=True)
    expect(title).to_be_visible(timeout=TEN_HASHES_MS)
    robin.heading("Your recovery codes")
    codes = robin.page.locator("#ids-list dd").all_inner_texts()
    assert len(set(codes)) == 10
    assert robin.page.get_by_role("button", name="Print", exact=True).count() == robin.script
    print_it(robin)
    robin.page.reload()
    robin.heading("Recovery codes")
    robin.says("10 codes are unused")
    robin.follow("Back")
    robin.heading("Security info")
    robin.says("10 codes are unused")
    robin.menu("Sign out")
    robin.heading("You are signed out")
    robin.follow("Sign in again")
    robin.to_challenge(account)
    assert robin.field(CODE)
    robin.follow("I don't have this phone")
    robin.heading("Use a different verification option")
    robin.follow("Use a recovery code")
    robin.heading("Enter a recovery code")
    robin.give("Recovery code", "0000-0000-0000-0000", "Verify")
    robin.says("That is none of your unused codes.")
    robin.judge("recovery, wrong")
    assert robin.has_focus(robin.field("Recovery code"))
    robin.give("Recovery code", codes[3].lower(), "Verify")
    robin.heading("My Apps")
    robin.says("You signed in with a recovery code")
    robin.follow("I lost a device")
    robin.heading("Sign out everywhere?")
    robin.says("Have your recovery codes at hand")
    robin.open("/security-info")
    robin.heading("Security info")
    robin.says("9 codes are unused")
