"""`proofup campaign` and `proofup policy without`: counts, and names in a file."""

import csv
from pathlib import Path

import pytest

from host_commands import Proofup

NAME = "robin@contoso.test"


def names_in(file: Path) -> list[str]:
    with file.open(newline="", encoding="utf-8") as opened:
        return [row["userPrincipalName"] for row in csv.DictReader(opened)]


def test_who_is_left_and_who_depends_on_texts_is_counted_and_written(
    service: Proofup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.administration.people_lacking.PAGE", 1)
    other = ("--display-name", "Sam", "--authentication-phone", "+44 7700 900068")
    assert service("user", "add", "sam@contoso.test", *other).code == 0
    phone = ("--authentication-phone", "+44 7700 900067")
    assert service("user", "add", NAME, "--display-name", "Robin", *phone).code == 0
    assert "2 have nothing but phones" in service("campaign").out
    file = tmp_path / "left.csv"
    facts = service("campaign", "--list", file, "--json").facts
    assert facts == {
        "reached": 0,
        "onlyPhones": 2,
        "weaker": 0,
        "without": 1,
        "excluded": 0,
        "isWhole": True,
        "nudge": "nobody",
        "listed": 2,
    }
    assert names_in(file) == [NAME, "sam@contoso.test"]
    assert "is there already" in service("campaign", "--everybody", "--list", file).err
    missing = tmp_path / "none" / "left.csv"
    assert "there is no folder" in service("campaign", "--list", missing).err
    file = tmp_path / "without.csv"
    ways = ("sms", "voiceMobile")
    said = service("policy", "without", *ways, "--on", "2040-01-31", "--list", file)
    assert "2 have no other method; 0 of them hold a role." in said.out
    assert names_in(file) == [NAME, "sam@contoso.test"]
    facts = service("policy", "without", "sms", "--json").facts
    assert (facts["people"], facts["dependent"]) == (3, 0)
    assert "fax is no way" in service("policy", "without", "fax").err
    assert "soon is no day" in service("policy", "without", "sms", "--on", "soon").err
    listed = service("audit", "list", "--event", "peopleListed").out
    assert "campaign" in listed
    assert "without" in listed


def test_ways_that_end_are_set_and_counted_as_of_the_day(service: Proofup) -> None:
    rules = ("endingWays=sms, voiceMobile", "waysEndOn=2040-01-31")
    assert "people were counted" in service("policy", "set", *rules, "--dry-run").out
    assert "waysEndOn = 2040-01-31" in service("policy", "set", *rules).out
    assert "endingWays = sms, voiceMobile" in service("policy", "show").out
    assert "does not fit" in service("policy", "set", "waysEndOn=2040-02-31").err
    assert "does not fit" in service("policy", "set", "waysEndOn=soon").err
    assert service("policy", "set", "waysEndOn=default").code == 0
