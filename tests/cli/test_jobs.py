"""One act for many people, by the host's commands."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from host_commands import Proofup, Said

NAMES = ("robin.ashby@contoso.test", "sam.cole@contoso.test")
BECAUSE = ("--reason", "Stolen lorry")
NOBODY = "nobody@contoso.test"


@pytest.fixture
def people(service: Proofup) -> Proofup:
    for number, name in enumerate(NAMES, 60):
        added = service(
            *("user", "add", name, "--display-name", "Somebody"),
            *("--authentication-phone", f"+44 7700 9000{number}"),
        )
        assert added.code == 0
    return service


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "names.csv"
    rows = [("Place", "User name"), *[("North", name) for name in (*NAMES, NOBODY)], ("South",)]
    with made.open("w", newline="") as out:
        csv.writer(out).writerows(rows)
    return made


def lines(said: Said) -> list[Any]:
    return [json.loads(line) for line in said.out.splitlines()]


def methods(service: Proofup, name: str) -> list[str]:
    found: list[str] = service("user", "show", name, "--json").facts["methods"]
    return found


def test_a_dry_run_names_everybody_and_writes_nothing(
    people: Proofup, file: Path, tmp_path: Path
) -> None:
    with file.open("a") as out:
        out.write(f"West,{NAMES[0]}\n")
    said = people("jobs", "start", "reset-methods", "--file", file, *BECAUSE, "--dry-run")
    assert said.code == 1
    assert said.out.splitlines() == [
        f"{NAMES[0]}: phone +XX XXXXXXXX60",
        f"{NAMES[1]}: phone +XX XXXXXXXX61",
        "Would be done: 2. Would fail: 3. Nothing was written.",
    ]
    assert f"line 4: name: {NOBODY}: nobody here is called so" in said.err
    assert "line 5: name" in said.err
    assert f"line 6: name: {NAMES[0]}: stands in the file twice." in said.err
    assert len(methods(people, NAMES[0])) == 1
    assert people("jobs", "list").out == "There is no job.\n"


def test_a_job_resets_everybody_is_shown_and_undone(
    people: Proofup, file: Path, tmp_path: Path
) -> None:
    report = tmp_path / "failed.csv"
    said = people(
        *("jobs", "start", "reset-methods", "--file", file, *BECAUSE, "--report", report, "--json")
    )
    assert said.code == 1
    *failed, last = lines(said)
    assert (last["done"], last["failed"]) == (2, 2)
    assert [one["line"] for one in failed] == [4, 5]
    assert NOBODY in report.read_text()
    assert [methods(people, name) for name in NAMES] == [[], []]
    shown = lines(people("jobs", "show", last["id"], "--json"))[-1]
    assert (shown["state"], shown["done"], shown["reason"]) == ("finished", 2, BECAUSE[1])
    assert "reset-methods  finished" in people("jobs", "list").out
    assert people("jobs", "list", "--json").facts["jobs"] == [shown]
    assert people("jobs", "resume", last["id"], "--json").refusal["field"] == "ID"
    added = people("user", "require-registration", NAMES[1], *BECAUSE)
    assert added.code == 0
    undone = people("jobs", "undo", last["id"])
    assert undone.code == 1
    assert undone.out == "Methods are put back: 1 people. Not, or not all: 1.\n"
    assert f"{NAMES[1]}: the account was" in undone.err
    assert [len(methods(people, name)) for name in NAMES] == [1, 0]
    assert people("jobs", "undo", "no-such-job", "--json").refusal["field"] == "ID"


def test_ST_14_a_state_is_set_for_many_and_nobody_has_failed(
    people: Proofup, tmp_path: Path
) -> None:
    file = tmp_path / "names.csv"
    file.write_text("userPrincipalName\n" + "\n".join(NAMES))
    start = ("jobs", "start", "set-mfa-state")
    said = people(*start, "state=enforced", "--file", file, *BECAUSE)
    assert said.code == 0
    assert "jobs resume" in said.err
    for name in NAMES:
        assert people("user", "show", name, "--json").facts["perUserMfaState"] == "enforced"
    again = people(*start, "state=enforced", "--file", file, *BECAUSE, "--dry-run")
    assert (again.code, again.out.splitlines()[0]) == (0, f"{NAMES[0]}: nothing")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("reset-method",), "ACT"),
        (("set-mfa-state",), "state"),
        (("set-mfa-state", "state=maybe"), "state"),
        (("set-mfa-state", "enforced"), "enforced"),
        (("reset-methods", "state=enforced"), "state"),
    ],
)
def test_what_no_job_can_do_is_refused(
    people: Proofup, file: Path, arguments: tuple[str, ...], field: str
) -> None:
    said = people("jobs", "start", *arguments, "--file", file, *BECAUSE, "--json")
    assert (said.code, said.refusal["field"]) == (1, field)
    assert people("jobs", "list", "--json").facts == {"jobs": []}


def test_a_file_without_a_column_of_names_is_refused(people: Proofup, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("Place,Room\nNorth,2\n")
    said = people("jobs", "start", "reset-methods", "--file", file, *BECAUSE, "--json")
    assert (said.code, said.refusal["field"]) == (1, "FILE")
