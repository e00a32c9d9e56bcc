"""Find somebody by a phone, and one act for many, by roles that may and that may not."""

from typing import Any

import pytest

from browser.conftest import NewPerson
from browser.person import EVERY_WAY, WAYS, Account, Person
from browser.service import Service
from browser.test_helping import to_people

pytestmark = pytest.mark.browser
REASON = "Why? It is kept in the audit log"


def until_heading(person: Person, heading: str, *, patience: int = 40) -> None:
    """Wait until a server has brought a job so far; without script the page is loaded again."""
    if person.script:
        person.page.get_by_role("heading", level=1, name=heading).wait_for(timeout=20_000)
    else:
        for _ in range(patience):
            if person.page.get_by_role("heading", level=1, name=heading).count():
                break
            person.page.wait_for_timeout(500)
            person.page.reload()
    person.heading(heading)


@pytest.mark.parametrize("way", WAYS)
def test_somebody_is_found_by_the_end_of_their_phone(
    new_person: NewPerson,
    service: Service,
    account: Account,
    with_app: Account,
    way: dict[str, Any],
) -> None:
    kim = new_person(**way, shots="find-phone" if way["script"] else "")
    to_people(kim, with_app, service, "Privileged Authentication Administrator")
    kim.fill("Find", account.e164[-7:])
    kim.press("Find")
    kim.heading("Users")
    kim.says(account.name.partition("@")[0])
    kim.fill("Find", "0000 0000")
    kim.press("Find")
    kim.says("at least the last four digits")


@pytest.mark.parametrize("way", EVERY_WAY)
def test_many_are_ticked_shown_reset_and_put_back(
    new_person: NewPerson,
    service: Service,
    account: Account,
    with_app: Account,
    way: dict[str, Any],
) -> None:
    kim = new_person(**way, shots="many" if way["script"] else "")
    to_people(kim, with_app, service)
    kim.fill("Find", account.name)
    kim.press("Find")
    kim.tick("Select Robin Ashby")
    kim.press("Do something to those ticked")
    kim.heading("What is to be done, and to whom?")
    kim.fill(REASON, "stolen lorry")
    kim.press("Show what it would do")
    until_heading(kim, "Nothing is done yet: look, then start")
    kim.says("Would be cleared or changed")
    kim.press("Start for 1 user")
    until_heading(kim, "The job is finished")
    kim.says("They can be put back until")
    kim.press("Put the deleted methods back")
    until_heading(kim, "The job was undone")
    kim.says("Put back")
    kim.open("/admin/jobs")
    kim.heading("Many at once")


@pytest.mark.parametrize("way", WAYS)
def test_names_are_pasted_and_a_job_can_be_discarded(
    new_person: NewPerson, service: Service, with_app: Account, way: dict[str, Any]
) -> None:
    kim = new_person(**way, shots="paste" if way["script"] else "")
    to_people(kim, with_app, service)
    kim.follow("Many at once")
    kim.heading("Many at once")
    kim.follow("New job from a list of names")
    kim.heading("What is to be done, and to whom?")
    kim.fill(
        "User names, one a line, or CSV with a column userPrincipalName", "nobody@contoso.test"
    )
    kim.fill(REASON, "a list of mine")
    kim.press("Show what it would do")
    until_heading(kim, "Nothing is done yet: look, then start")
    kim.says("none on whom your roles may act")
    kim.press("Discard")
    kim.heading("The job was stopped")


@pytest.mark.parametrize("way", WAYS)
def test_a_role_that_may_only_read_finds_no_phone_and_no_job(
    new_person: NewPerson,
    service: Service,
    account: Account,
    with_app: Account,
    way: dict[str, Any],
) -> None:
    kim = new_person(**way)
    to_people(kim, with_app, service, "Directory Readers")
    kim.fill("Find", account.e164)
    kim.press("Find")
    kim.says("Nobody matches")
    kim.open("/admin/jobs")
    kim.heading("There is no page here")
