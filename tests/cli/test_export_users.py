import csv
import json
from pathlib import Path

import pytest

from host_commands import ADMIN, Proofup
from proofup.cli.export_users import COLUMNS

NAMES = [f"robin{number}@contoso.test" for number in range(5)]


@pytest.fixture
def people(service: Proofup, monkeypatch: pytest.MonkeyPatch) -> Proofup:
    """Give a service with people on several pages."""
    monkeypatch.setattr("proofup.cli.export_users.PAGE", 2)
    for name in NAMES:
        words = ("--display-name", '=HYPERLINK("x")', "--business-phones", "+44 1; +44 2")
        phone = ("--authentication-phone", "+44 7700 900067")
        assert service("user", "add", name, *words, *phone).code == 0
    return service


def entries(service: Proofup, folder: Path) -> str:
    return (folder / "proofup.db").read_bytes().decode(errors="replace") + "".join(
        file.read_bytes().decode(errors="replace") for file in folder.glob("*-wal")
    )


def test_everybody_is_written_once_and_masked(
    people: Proofup, tmp_path: Path, folder: Path
) -> None:
    file = tmp_path / "people.jsonl"
    said = people("export", "users", file, "--json").facts
    assert said == {"file": str(file), "exported": 6, "authenticationNumbers": "masked"}
    assert file.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["userPrincipalName"] for line in lines] == [ADMIN, *NAMES]
    assert set(lines[0]) == set(COLUMNS)
    assert lines[1]["authenticationMethods"] == ["phone +XX XXXXXXXX67"]
    assert "900067" not in file.read_text()
    assert "argon2" not in file.read_text()
    assert "usersExported" in entries(people, folder)


def test_SM6_whole_numbers_are_asked_for_and_recorded(
    people: Proofup, tmp_path: Path, folder: Path
) -> None:
    file = tmp_path / "people.jsonl"
    assert people("export", "users", file, "--with-authentication-numbers").code == 0
    assert "phone +44 7700 900067" in file.read_text()
    assert '"authenticationNumbers":"whole"' in entries(people, folder)


def test_WE4_WE3_no_cell_is_a_formula(people: Proofup, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    assert people("export", "users", file).code == 0
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert rows[1]["displayName"] == '\'=HYPERLINK("x")'
    assert rows[1]["businessPhones"] == "'+44 1; +44 2"
    assert rows[1]["accountEnabled"] == "true"
    assert all(line.startswith('"') for line in file.read_text().splitlines())


def test_a_file_that_cannot_be_made_is_refused(people: Proofup, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.touch()
    for file in (there, tmp_path / "people.xlsx", tmp_path / "no" / "where.csv", "/proc/x.csv"):
        said = people("export", "users", file, "--json")
        assert (said.code, said.refusal["field"]) == (1, "FILE")


def test_a_file_that_was_begun_does_not_stay(
    people: Proofup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("proofup.cli.export_users._write", breaks)
    assert people("export", "users", tmp_path / "people.csv").code == 130
    assert not (tmp_path / "people.csv").exists()
