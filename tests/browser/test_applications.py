"""Applications: their tile on My Apps, and their pages in the admin centre."""

import re
from typing import Any

import pytest

from browser.conftest import NewPerson
from browser.person import WAYS, Account
from browser.service import Service
from browser.test_helping import to_people

pytestmark = pytest.mark.browser
WHY = "Why? It is kept in the audit log"


@pytest.mark.parametrize("way", WAYS)
def test_an_application_is_registered_given_a_secret_and_opened_by_its_tile(
    new_person: NewPerson, service: Service, with_app: Account, way: dict[str, Any]
) -> None:
    kim = new_person(**way, shots="applications" if way["script"] else "")
    to_people(kim, with_app, service, "Application Administrator")
    name = f"Expenses of {with_app.name}"[:100]
    kim.follow("Applications")
    kim.heading("Applications")
    kim.follow("Register an application")
    kim.heading("Register an application")
    kim.fill("Name", name)
    kim.fill("Redirect address: where it gets its answers", "https://pay.contoso.test/back")
    kim.fill(
        "Home page. Its tile on My Apps leads there; leave it empty for no tile",
        "https://pay.contoso.test/",
    )
    kim.fill(WHY, "a new site")
    kim.press("Register it")
    kim.heading(name)
    kim.says("Done")
    kim.follow("Add a secret")
    kim.heading(f"Add a secret: {name}")
    kim.fill(WHY, "for the site")
    kim.press("Add the secret")
    kim.heading(f"There is a new secret: {name}")
    kim.follow("Back to the application")
    kim.heading(name)
    kim.follow("Assign somebody")
    kim.heading(f"Assign somebody: {name}")
    kim.fill("User name of a person, or name of a group", with_app.name)
    kim.fill(WHY, "they work with it")
    kim.press("Assign")
    kim.heading(name)
    kim.follow("My Apps")
    kim.heading("My Apps")
    kim.says(name)
    kim.follow("What apps may do for you")
    kim.heading("App permissions")
    kim.says("No application acts for you")
    service.proofup("app", "delete", name)


def test_a_help_desk_sees_no_applications(
    new_person: NewPerson, service: Service, with_app: Account
) -> None:
    kim = new_person()
    to_people(kim, with_app, service, "Helpdesk Administrator")
    assert kim.page.get_by_role("link", name=re.compile("^Applications")).count() == 0
    kim.open("/admin/applications")
    kim.says("404 Not Found")
