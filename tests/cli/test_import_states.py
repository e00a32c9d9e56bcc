import csv
import json
from pathlib import Path
from typing import Any

import pytest

from host_commands import ADMIN, Proofup, Said
from proofup.cli import import_states

HEAD = "Username,MFA Status"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "states.csv"


@pytest.fixture
def people(service: Proofup, tmp_path: Path) -> list[str]:
    """Give the names of some people who were imported."""
    names = [f"{name}@contoso.test" for name in ("ann", "ben", "cleo")]
    users = tmp_path / "people.csv"
    rows = "".join(f"{name},{name}\n" for name in names)
    users.write_text(f"userPrincipalName,displayName\n{rows}")
    assert service("import", "users", users).code == 0
    return names


def lines(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def state(service: Proofup, name: str) -> str:
    return str(service("user", "show", name, "--json").facts["perUserMfaState"])


def entries(service: Proofup, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service("user", "history", name, "--json").facts["entries"]
    return [entry for entry in found if entry["event"] == "mfaStateChanged"]


def test_ST_12_good_rows_are_changed_and_each_bad_one_is_named(
    service: Proofup, people: list[str], file: Path
) -> None:
    ann, ben, cleo = people
    file.write_text(
        f"{HEAD}\n{ann},Enabled\nnobody@contoso.test,Enabled\n{ben},Maybe\n"
        f"{ann.upper()},Disabled\n{cleo},Enforced,and more\nno name,Enabled\n{ADMIN},\n"
        f"{cleo},Enforced\n"
    )
    said = service("import", "mfa-states", file, "--json")
    assert said.code == 1
    *refused, summary = lines(said)
    assert [(row["line"], row["field"]) for row in refused] == [
        (3, "Username"),
        (4, "MFA Status"),
        (5, "Username"),
        (6, "line"),
        (7, "Username"),
        (8, "MFA Status"),
    ]
    assert summary == {"changed": 2, "unchanged": 0, "refused": 6}
    assert [state(service, name) for name in (*people, ADMIN)] == [
        "enabled",
        "disabled",
        "enforced",
        "disabled",
    ]
    assert service("audit", "verify").code == 0


def test_ST_13_every_fault_of_a_row_has_its_own_words(
    service: Proofup, people: list[str], file: Path
) -> None:
    ann, ben, _ = people
    file.write_text(
        f"{HEAD}\n{ann},Enabled\nnobody@contoso.test,Enabled\n{ann},Disabled\n{ben},On\n"
    )
    reasons = [row["reason"] for row in lines(service("import", "mfa-states", file, "--json"))[:-1]]
    assert reasons == [
        "nobody here is called 'nobody@contoso.test'.",
        f"{ann} stands in the file twice.",
        "'On' is none of Enabled, Disabled and Enforced.",
    ]


@pytest.mark.parametrize(
    "written",
    [
        "\ufeffUsername,MFA Status\r\n{name},ENABLED\r\n",
        "username;mfa status\n{name};enabled\n",
        '"MFA Status","USERNAME"\n" Enabled "," {name} "\n',
    ],
)
def test_ST_13_a_file_is_taken_as_spreadsheets_write_it(
    service: Proofup, people: list[str], file: Path, written: str
) -> None:
    file.write_text(written.format(name=people[0]), encoding="utf-8", newline="")
    assert service("import", "mfa-states", file).code == 0
    assert state(service, people[0]) == "enabled"


def test_TR_10_a_second_run_changes_nothing_and_writes_no_entry(
    service: Proofup, people: list[str], file: Path
) -> None:
    file.write_text(f"{HEAD}\n{people[0]},Enabled\n")
    for _ in range(2):
        said = service("import", "mfa-states", file)
    assert said.out.strip() == "Changed: 0. As they were: 1. Refused: 0."
    (entry,) = entries(service, people[0])
    assert entry["details"] == {
        "command": "import mfa-states",
        "was": "disabled",
        "now": "enabled",
    }


def test_a_dry_run_writes_nothing(service: Proofup, people: list[str], file: Path) -> None:
    file.write_text(f"{HEAD}\n{people[0]},Enabled\n")
    said = service("import", "mfa-states", file, "--dry-run")
    assert said.out.strip() == "Would be changed: 1. As they were: 0. Refused: 0."
    assert state(service, people[0]) == "disabled"
    facts = service("import", "mfa-states", file, "--dry-run", "--json").facts
    assert facts["dryRun"] is True


def test_ST_14_a_long_file_goes_through_by_batches_and_its_bad_rows_into_a_file(
    service: Proofup,
    people: list[str],
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_states, "BATCH", 2)
    rows = [f"{name},Enabled" for name in people] + ["=nobody@contoso.test,Enabled"] * 3
    file.write_text("\n".join([HEAD, *rows, ""]))
    report = tmp_path / "bad.csv"
    said = service("import", "mfa-states", file, "--report", report)
    assert said.code == 1
    assert said.out.strip() == "Changed: 3. As they were: 0. Refused: 3."
    assert [state(service, name) for name in people] == ["enabled"] * 3
    with report.open(newline="") as opened:
        told = list(csv.reader(opened))
    assert [row[0] for row in told] == ["line", "5", "6", "7"]


@pytest.mark.parametrize(
    "head", ["", "Username", "Username,Status", "Username,MFA Status,More", "Username,Username"]
)
def test_another_first_line_ends_it_before_anything_is_changed(
    service: Proofup, people: list[str], file: Path, head: str
) -> None:
    file.write_text(f"{head}\n{people[0]},Enabled\n")
    said = service("import", "mfa-states", file, "--json")
    assert (said.code, said.refusal["field"]) == (1, "FILE")
    assert "Username,MFA Status" in said.refusal["fix"]
    assert state(service, people[0]) == "disabled"


def test_a_file_that_is_not_there_is_said_so(service: Proofup, file: Path) -> None:
    said = service("import", "mfa-states", file, "--json")
    assert said.refusal["field"] == "FILE"


def test_rows_of_a_report_are_mended_and_imported_as_they_are(
    service: Proofup, people: list[str], file: Path, tmp_path: Path
) -> None:
    file.write_text(f"{HEAD}\n{people[0]},On\nnobody@contoso.test,Enabled\n")
    report = tmp_path / "bad.csv"
    assert service("import", "mfa-states", file, "--report", report).code == 1
    report.write_text(report.read_text().replace('"On"', '"Enabled"'))
    said = service("import", "mfa-states", report)
    assert said.out.strip() == "Changed: 1. As they were: 0. Refused: 1."
    assert state(service, people[0]) == "enabled"
