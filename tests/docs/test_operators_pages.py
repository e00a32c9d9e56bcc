"""The operators' pages are held against the program."""

import re
import tomllib
from pathlib import Path

import pytest
from msgspec.structs import fields
from workshop import security_rows

from known_methods import METHODS
from proofup.administration.newcomer import FIELDS
from proofup.audit.events.catalogue import EVENTS
from proofup.audit.events.event import Event
from proofup.cli.add_user import OPTIONS
from proofup.cli.commands import COMMANDS
from proofup.config.examples import EXAMPLES
from proofup.hashing.common_passwords import CommonPasswordTable
from proofup.policy.permissions import Permission
from proofup.policy.roles import BUILT_IN, ROLES

DOCS = Path(__file__).parents[2] / "docs"
OPERATORS = DOCS / "operators"
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")

ANY_EVENT = {field.encode_name for field in fields(Event)}  # told once for all of them


def headings(page: Path) -> set[str]:
    found = re.findall(r"^#+ `?([^`\n]+)`?$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {str(heading) for heading in found}


def test_every_setting_has_its_heading_and_no_other_has() -> None:
    named = {heading for heading in headings(OPERATORS / "settings.md") if heading in EXAMPLES}
    assert named == set(EXAMPLES)
    like_settings = {
        heading
        for heading in headings(OPERATORS / "settings.md")
        if re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", heading)
    }
    assert like_settings == set(EXAMPLES)


def test_every_setting_is_shown_as_it_may_be_written() -> None:
    page = (OPERATORS / "settings.md").read_text(encoding="utf-8")
    for name, example in EXAMPLES.items():
        assert tomllib.loads(example), name
        assert example in page, name


def test_every_command_has_its_heading() -> None:
    assert {f"proofup {words}" for words in COMMANDS} <= headings(OPERATORS / "command-line.md")


def test_every_column_and_option_is_explained() -> None:
    columns = (OPERATORS / "import.md").read_text(encoding="utf-8")
    for name in (*FIELDS, *METHODS.columns):
        assert f"| `{name}` |" in columns
    page = (OPERATORS / "command-line.md").read_text(encoding="utf-8")
    for option in OPTIONS:
        assert f"--{option}" in page


def test_PW4_the_size_of_the_list_is_told_as_it_is() -> None:
    page = (OPERATORS / "passwords.md").read_text(encoding="utf-8")
    assert f"{len(CommonPasswordTable()):,}".replace(",", " ") in page


def test_every_role_and_permission_is_explained_as_it_is() -> None:
    page = (OPERATORS / "roles.md").read_text(encoding="utf-8")
    for permission in Permission:
        assert f"| `{permission}` |" in page
    for role in BUILT_IN:
        words = ", ".join(f"`{one}`" for one in Permission if one in role.permissions)
        if role.permissions == frozenset(Permission):
            words = "everything"
        assert f"| {role.name} | `{role.id}` | {words or 'nothing yet'} |" in page
        names = sorted(ROLES[one].name for one in role.acts_on or ())
        whom = "everybody" if role.acts_on is None else ", ".join(names) or "nobody else"
        assert f"| {role.name} | {whom} |" in page or not role.permissions


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_promise_is_proven_or_says_why_not() -> None:
    rows = security_rows.promised()
    assert len(rows) > 100
    assert list(security_rows.troubles(rows, security_rows.proven())) == []


def test_a_promise_without_a_test_is_found() -> None:
    rows = {"AA1": "", "AA2": "later", "AA3": "", "AA4": "later"}
    found = [line[:3] for line in security_rows.troubles(rows, {"AA3", "AA4"})]
    assert found == ["AA1", "AA4"]


def test_every_event_has_its_line_with_its_facts() -> None:
    page = (OPERATORS / "audit-log.md").read_text(encoding="utf-8")
    lines = dict(
        re.findall(r"^\| `(\w+)` \| ((?:\(?`\w+`\)?(?:, )?)*) ?\| .+ \|$", page, re.MULTILINE)
    )
    told = {
        word: {part.strip("()`") for part in lines[word].split(", ") if part} for word in EVENTS
    }
    assert told == {
        word: {field.encode_name for field in fields(event)} - ANY_EVENT
        for word, event in EVENTS.items()
    }
    assert all(f"`{one}`" in page for one in ANY_EVENT)
    needed = {word: set(re.findall(r"(?:^|, )`(\w+)`", lines[word])) for word in EVENTS}
    assert needed == {
        word: {field.encode_name for field in fields(event) if field.required}
        for word, event in EVENTS.items()
    }
