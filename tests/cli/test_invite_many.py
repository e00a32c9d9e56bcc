"""People who came without a password are counted, and mailed a link to choose one."""

import csv
from pathlib import Path

import pytest

from host_commands import ADMIN, Proofup

HEAD = "userPrincipalName,displayName,mail,password"
ALL = ("user", "invite", "--all-without-password")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


@pytest.fixture
def people(service: Proofup, file: Path, monkeypatch: pytest.MonkeyPatch) -> Proofup:
    """Import four people, three of them without a password, one of these without a mail address."""
    monkeypatch.setenv("PROOFUP_SMTP__HOST", "mail.contoso.test")
    monkeypatch.setenv("PROOFUP_SMTP__SENDER", "id@contoso.test")
    file.write_text(
        f"{HEAD}\n"
        "robin@contoso.test,Robin,robin@fabrikam.test,\n"
        "ines@contoso.test,Ines,ines@fabrikam.test,\n"
        "priya@contoso.test,Priya,,\n"
        "lee@contoso.test,Lee,lee@fabrikam.test,a long walk by the sea\n"
    )
    said = service("import", "users", file)
    assert said.out == "Imported: 4. Refused: 0.\n"
    assert "so that they cannot sign in yet: 3." in said.err
    assert "proofup user invite --all-without-password" in said.err
    return service


def test_everybody_without_a_password_is_invited_and_nobody_twice(people: Proofup) -> None:
    said = people(*ALL)
    assert said.code == 1
    assert said.out == "Invited: 2. Invited before: 0. Not invited: 1.\n"
    assert "priya@contoso.test has no mail address" in said.err
    again = people(*ALL, "--json")
    *_, summary = again.out.splitlines()
    assert summary == '{"invited": 0, "invitedBefore": 2, "notInvited": 1}'
    assert people("user", "history", "robin@contoso.test").out.count("invited") == 1


def test_those_whom_a_file_names_are_invited_and_the_others_reported(
    people: Proofup, file: Path, tmp_path: Path
) -> None:
    file.write_text("User name\nrobin@contoso.test\nlee@contoso.test\nno@contoso.test\n")
    report = tmp_path / "left-out.csv"
    said = people("user", "invite", "--file", file, "--report", report)
    assert said.out == "Invited: 1. Invited before: 0. Not invited: 2.\n"
    with report.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [(row["line"], row["userPrincipalName"]) for row in rows] == [
        ("3", "lee@contoso.test"),
        ("4", "no@contoso.test"),
    ]
    said = people("user", "invite", "--file", report)
    assert said.out == "Invited: 0. Invited before: 0. Not invited: 2.\n"
    file.write_text('User name\n"robin@contoso.test\n')
    assert "line 2" in people("user", "invite", "--file", file).err


def test_who_has_no_mail_address_is_invited_by_name_and_the_link_is_shown(
    people: Proofup,
) -> None:
    said = people("user", "invite", "priya@contoso.test")
    assert "priya@contoso.test may choose a password until" in said.out
    assert "hand it over" in said.out


def test_nobody_is_invited_without_a_mail_server_or_without_saying_whom(
    service: Proofup, tmp_path: Path
) -> None:
    assert "no mail server is set up" in service(*ALL).err
    assert service("user", "invite").code == 2
    assert service("user", "invite", ADMIN, "--all-without-password").code == 2
    assert service("user", "invite", "--file", tmp_path / "none.csv").code == 1
