"""Recovery codes on paper, with a real browser: the only phone is lost, and one gets in."""

from typing import Any

import pytest

from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import WAYS, Account
from browser.trips import CODE, sign_in_by_text

pytestmark = pytest.mark.browser


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
    robin.heading("Your recovery codes")
    codes = robin.page.locator("#ids-list dd").all_inner_texts()
    assert len(set(codes)) == 10
    robin.follow("I have kept them")
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
    robin.follow("Security info")
    robin.heading("Security info")
    robin.says("9 codes are unused")
