import asyncio
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from host_commands import ADMIN, Proofup, Said
from proofup.cli import import_users
from proofup.cli.columns import COLUMNS, OPTIONS
from proofup.cli.opening import opened
from proofup.cli.user_rows import read_rows
from proofup.storage.store import Store
from proofup.values.changes import Change
from proofup.values.errors import StoreBusyError

HEAD = "userPrincipalName,displayName"
MIB = 1024 * 1024


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "users.csv"


def lines(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def test_good_rows_go_in_and_each_bad_one_is_named(service: Proofup, file: Path) -> None:
    file.write_text(
        f"{HEAD},authenticationPhone,password\n"
        "robin@contoso.test,Robin,+44 7700 900067,walk the sea\n"
        f"{ADMIN},Kim,,\n"
        "no name,Nobody,,\n"
        "ROBIN@contoso.test,Robin again,,\n"
        "ines@contoso.test,Ines,12,\n"
        "priya@contoso.test,Priya,,walk the sea\n"
        "lee@contoso.test,Lee\n"
        "\n"
        'sam@contoso.test,"Sam\n",,\n'
        "uma@contoso.test,Uma,+44 7700 900123,\n"
        'ann@contoso.test,"Ann" B,,\n'
        "eve@contoso.test,Eve,,\n"
    )
    said = service("import", "users", file, "--json")
    assert said.code == 1
    *refused, summary = lines(said)
    assert [(row["line"], row["field"]) for row in refused] == [
        (3, "userPrincipalName"),
        (4, "userPrincipalName"),
        (5, "userPrincipalName"),
        (6, "authenticationPhone"),
        (7, "password"),
        (8, "line"),
        (10, "displayName"),
        (13, "line"),
    ]
    assert "in the directory already" in refused[0]["reason"]
    assert "in the file twice" in refused[2]["reason"]
    assert summary == {"imported": 3, "refused": 8}
    assert service("user", "show", "robin@contoso.test", "--json").facts["methods"]
    assert service("audit", "verify").code == 0


def test_a_second_run_finds_everybody_there(service: Proofup, file: Path) -> None:
    file.write_text(f"{HEAD}\nrobin@contoso.test,Robin\n")
    first = service("import", "users", file)
    assert (first.code, first.out, first.err) == (0, "Imported: 1. Refused: 0.\n", "")
    again = service("import", "users", file)
    assert again.code == 1
    assert again.err.startswith("line 2: userPrincipalName: robin@contoso.test is in the directory")


def test_every_column_lands_where_it_belongs(service: Proofup, file: Path) -> None:
    told = {
        "userPrincipalName": "Zoë@contoso.test",
        "displayName": "Zoë Møller",
        "givenName": "Zoë",
        "surname": "Møller",
        "mail": "zoe@fabrikam.test",
        "mobilePhone": "+44 7700 900001",
        "businessPhones": "+44 20 7946 0000",
        "userType": "Guest",
        "accountEnabled": "FALSE",
        "preferredLanguage": "da-DK",
        "usageLocation": "DK",
        "password": "en lang tur ved havet",
        "authenticationPhone": "32 12 34 56",
    }
    assert set(told) == set(COLUMNS) - {"passwordHash"}
    assert set(told) == {*OPTIONS.values(), "userPrincipalName", "password"}
    # As a spreadsheet of that country saves it.
    text = ";".join(told) + "\r\n" + ";".join(told.values()) + "\r\n"
    file.write_text(text, encoding="utf-8-sig", newline="")
    assert service("import", "users", file).code == 0
    shown = service("user", "show", told["userPrincipalName"], "--json").facts
    assert shown["accountEnabled"] is False
    assert shown["businessPhones"] == [told["businessPhones"]]
    assert shown["methods"] == ["phone +XX XXXXXX56"]
    same = set(told) - {
        "accountEnabled",
        "businessPhones",
        "password",
        "authenticationPhone",
    }
    assert {name: shown[name] for name in same} == {name: told[name] for name in same}


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("userPrincipalName", ""),
        ("displayName", ""),
        ("displayName", "x" * 257),
        ("givenName", "x" * 65),
        ("mail", "nobody"),
        ("mail", "x" * 330 + "@contoso.test"),
        ("businessPhones", "1;2;3;4;5;6"),
        ("userType", "Alien"),
        ("accountEnabled", "maybe"),
        ("preferredLanguage", "english"),
        ("usageLocation", "England"),
        ("surname", "tab\there"),
        ("surname", "bell\x07"),
        ("password", "short"),
        ("passwordHash", "$2y$15$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq"),
        ("authenticationPhone", "+44 20 7946 0000 ext 5"),
    ],
)
def test_a_bad_cell_is_named(service: Proofup, file: Path, column: str, text: str) -> None:
    told = {"userPrincipalName": "x@contoso.test", "displayName": "X"} | {column: text}
    file.write_text(",".join(told) + "\n" + ",".join(f'"{cell}"' for cell in told.values()) + "\n")
    *refused, summary = lines(service("import", "users", file, "--json"))
    assert summary == {"imported": 0, "refused": 1}
    assert (refused[0]["line"], refused[0]["field"]) == (2, column)


def test_a_hash_comes_along_and_not_beside_a_password(service: Proofup, file: Path) -> None:
    made = "{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276a"
    file.write_text(
        f"{HEAD},password,passwordHash\n"
        f"robin@contoso.test,Robin,,{made}\n"
        f"ines@contoso.test,Ines,a long walk by the sea,{made}\n"
    )
    refused, summary = lines(service("import", "users", file, "--json"))
    assert (refused["line"], refused["field"]) == (3, "passwordHash")
    assert summary == {"imported": 1, "refused": 1}


def test_WE2_letters_that_are_no_utf8_are_refused_in_their_row(
    service: Proofup, file: Path
) -> None:
    file.write_bytes(
        HEAD.encode() + b"\nsoren@contoso.test,S\xf8ren\nNUL@contoso.test,\x00\nok@contoso.test,O\n"
    )
    *refused, summary = lines(service("import", "users", file, "--json"))
    assert [row["line"] for row in refused] == [2, 3]
    assert summary == {"imported": 1, "refused": 2}


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("userPrincipalName,displayNmae", "Did you mean displayName?"),
        ("userPrincipalName,displayName,xyzzyxyzzyxyzzy", "Known are userPrincipalName"),
        ("userPrincipalName,mail", "no column 'displayName'"),
        ("userPrincipalName,displayName,mail,mail", "is there twice"),
        ('userPrincipalName,"displayName', "no line of column names"),
        ("", "no column 'userPrincipalName'"),
    ],
)
def test_a_bad_first_line_ends_it(service: Proofup, file: Path, head: str, problem: str) -> None:
    file.write_text(f"{head}\nrobin@contoso.test,Robin\n")
    said = service("import", "users", file)
    assert said.code == 1
    assert problem in said.err


def test_a_file_that_is_not_there_is_said_so(service: Proofup, file: Path) -> None:
    assert "cannot be read" in service("import", "users", file).err


def test_memory_does_not_grow_with_the_file(file: Path) -> None:
    count = 20_000
    with file.open("w") as out:
        out.write(HEAD + "\n")
        out.writelines(f"user{number}@contoso.test,User {number}\n" for number in range(count))
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_rows(file)) == count
        assert tracemalloc.get_traced_memory()[1] < MIB // 2
    finally:
        tracemalloc.stop()


def test_a_quote_that_is_never_closed_does_not_swallow_the_file(file: Path) -> None:
    with file.open("w") as out:
        out.write(f'{HEAD}\nx@contoso.test,"never closed\n')
        out.writelines(f"user{number}@contoso.test,User\n" for number in range(20_000))
    tracemalloc.start()
    try:
        rows = list(read_rows(file))
        assert tracemalloc.get_traced_memory()[1] < 40 * MIB
    finally:
        tracemalloc.stop()
    assert rows[0].problem is not None
    assert rows[0].line == 2


def test_rows_go_in_by_batches(
    service: Proofup, file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_users, "BATCH", 4)
    file.write_text(HEAD + "\n" + "".join(f"user{number}@contoso.test,U\n" for number in range(10)))
    assert service("import", "users", file).code == 0

    async def count() -> int:
        async with opened(folder) as found:
            return len(await found.store.people.page(after=None, most=99))

    assert asyncio.run(count()) == 11


def test_a_database_that_goes_away_ends_it_with_words(
    service: Proofup, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(_: Store, batches: list[list[Change]]) -> list[Exception | None]:
        return [StoreBusyError() for _ in batches]

    monkeypatch.setattr(Store, "commit_many", busy)
    file.write_text(f"{HEAD}\nrobin@contoso.test,Robin\n")
    said = service("import", "users", file, "--json")
    assert said.code == 1
    assert said.refusal["field"] == "database"


def test_a_terminal_is_shown_how_far_it_is(
    service: Proofup, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.cli.output.Output.shows_progress", property(lambda _: True))
    file.write_text(f"{HEAD}\nrobin@contoso.test,Robin\n")
    said = service("import", "users", file)
    assert (said.code, said.out) == (0, "Imported: 1. Refused: 0.\n")
