"""Issuing a pass from the command line, of a method that only these tests have."""

import pytest

from host_commands import Proofup
from planted import KIND, PASS
from proofup.assembly import challenges
from proofup.methods.catalogue import catalogue_of

PAT = "pat@contoso.test"


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service have the method."""
    real = challenges.methods
    monkeypatch.setattr(challenges, "methods", lambda *told: catalogue_of(PASS, *real(*told)))


@pytest.fixture
def pat(service: Proofup) -> str:
    assert service("user", "add", PAT, "--display-name", "Pat").code == 0
    return PAT


def test_TAP_03_a_pass_is_shown_once_to_whoever_issues_it(service: Proofup, pat: str) -> None:
    said = service("user", "issue-pass", pat, "--lifetime", "90", "--once", "--json")
    assert said.code == 0, said.err
    letters = said.facts["pass"]
    assert said.facts["userPrincipalName"] == pat
    shown = service("user", "show", pat, "--json")
    assert [one.split()[0] for one in shown.facts["methods"]] == [KIND]
    assert letters not in shown.out
    assert letters not in service("user", "history", pat).out


def test_nobody_here_gets_no_pass(service: Proofup) -> None:
    assert "nobody here is called" in service("user", "issue-pass", PAT).err


def test_what_the_rules_forbid_is_not_issued(service: Proofup, pat: str) -> None:
    assert service("policy", "set", "ways=sms,oath").code == 0
    said = service("user", "issue-pass", pat)
    assert said.code == 1
    assert "the rules do not allow this method" in said.err
