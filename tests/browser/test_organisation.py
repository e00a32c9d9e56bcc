"""The whole organisation: rules, roles, units and logs, each as the least role that may."""

import re
from typing import Any

import pytest

from browser.conftest import NewPerson
from browser.person import EVERY_WAY, WAYS, Account
from browser.service import Service
from browser.test_helping import to_people

pytestmark = pytest.mark.browser
LIMIT = "Wrong passwords for one account in an hour"
WHY = "Why? It is kept in the audit log"


@pytest.mark.parametrize("way", EVERY_WAY)
def test_a_rule_is_changed_after_a_look_at_whom_it_asks(
    new_person: NewPerson, service: Service, with_app: Account, way: dict[str, Any]
) -> None:
    kim = new_person(**way, shots="rules" if way["script"] else "")
    to_people(kim, with_app, service, "Authentication Policy Administrator")
    kim.follow("Rules")
    kim.heading("Rules")
    kim.go(kim.page.get_by_role("link", name=re.compile("^Change.*Limits$")))
    kim.heading("Change rules")
    kim.fill(LIMIT, "400")
    kim.press("See what it would change")
    kim.heading("Change rules")
    kim.says("Type a whole number from 10 to 100.")
    kim.fill(LIMIT, "40")
    kim.press("See what it would change")
    kim.heading("Save these rules?")
    kim.says("Nobody is asked for anything new")
    kim.fill(WHY, "shorter blocks")
    kim.press("Save the rules")
    kim.heading("Rules")
    kim.says("The rules are saved")
    kim.follow("History of changes")
    kim.heading("History of changes")
    kim.says("not set → 40")
    kim.go(kim.page.get_by_role("button", name=re.compile("^Put back")).first)
    kim.heading("Save these rules?")
    kim.fill(WHY, "as it was")
    kim.press("Save the rules")
    kim.heading("Rules")


@pytest.mark.parametrize("way", WAYS)
def test_a_role_is_given_for_a_unit_and_taken_away(
    new_person: NewPerson,
    service: Service,
    account: Account,
    with_app: Account,
    way: dict[str, Any],
) -> None:
    kim = new_person(**way, shots="roles" if way["script"] else "")
    to_people(kim, with_app, service, "Privileged Role Administrator")
    kim.follow("Administrative units")
    kim.heading("Administrative units")
    kim.follow("Make a unit")
    kim.heading("Make a unit")
    unit = f"Unit of {account.name}"
    kim.fill("Name", unit)
    kim.fill(WHY, "a new site")
    kim.press("Make the unit")
    kim.heading(unit)
    kim.follow("Add people")
    kim.heading(f"Add people: {unit}")
    kim.fill("Whole user names or ids, one on each line, up to 50", account.name)
    kim.fill(WHY, "they work there")
    kim.press("Add them")
    kim.heading(unit)
    kim.follow("Roles")
    kim.heading("Roles")
    kim.follow("Help desk (MFA)")
    kim.heading("Help desk (MFA)")
    kim.says("require somebody to register again")
    kim.follow("Give this role to somebody")
    kim.heading("Give this role to somebody: Help desk (MFA)")
    kim.fill("To whom? Type the whole user name, or an id", "nobody@contoso.test")
    kim.fill(WHY, "new at the desk")
    kim.press("Give the role")
    kim.heading("Give this role to somebody: Help desk (MFA)")
    kim.says("There is nobody of this name")
    kim.fill("To whom? Type the whole user name, or an id", account.name)
    kim.fill("For the people of which unit? Leave it empty for the whole organisation", unit)
    kim.press("Give the role")
    kim.heading("Help desk (MFA)")
    holder = kim.page.locator("tr", has_text=unit)  # of several who have the name
    kim.go(holder.get_by_role("link", name="Robin Ashby", exact=True))
    kim.heading("Robin Ashby")
    kim.follow(f"Help desk (MFA) ({unit})")
    kim.heading("Roles: Robin Ashby")
    kim.go(kim.page.get_by_role("link", name=re.compile("^Take away")))
    kim.heading("Take a role away: Robin Ashby")
    kim.fill(WHY, "left the desk")
    kim.press("Take the role away")
    kim.heading("Roles: Robin Ashby")
    kim.says("No roles")


@pytest.mark.parametrize("way", WAYS)
def test_the_steps_of_sign_ins_are_narrowed(
    new_person: NewPerson, service: Service, with_app: Account, way: dict[str, Any]
) -> None:
    kim = new_person(**way, shots="sign-ins" if way["script"] else "")
    to_people(kim, with_app, service, "Security Reader")
    kim.follow("Sign-ins")
    kim.heading("Sign-ins")
    kim.fill("About whom: user name or id", with_app.name)
    kim.fill("Network: an address, or a range", "here")
    kim.press("Show")
    kim.heading("Sign-ins")
    kim.says("Type an address such as")
    kim.fill("Network: an address, or a range", "198.0.0.0/8")
    kim.press("Show")
    kim.heading("Sign-ins")
    kim.says("Signed in")
