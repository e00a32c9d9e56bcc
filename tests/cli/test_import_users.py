import asyncio
import csv
import json
import os
import sqlite3
import stat
import tracemalloc
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from host_commands import ADMIN, Proofup, Said
from proofup.administration.add_people import AddPeople
from proofup.cli import import_users
from proofup.cli.add_user import OPTIONS
from proofup.cli.import_report import safe
from proofup.cli.opening import opened
from proofup.cli.rows import rows_of_csv
from proofup.storage.newcomers import NewcomerRows, TakenName
from proofup.storage.statements import Steps
from proofup.values.errors import StoreBusyError

HEAD = "userPrincipalName,displayName"
MIB = 1024 * 1024


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "users.csv"


def lines(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def counted(summary: dict[str, Any]) -> dict[str, Any]:
    """Return how many rows there were; a test of its own counts people without a password."""
    return {name: value for name, value in summary.items() if name != "withoutPassword"}


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
        'sam@contoso.test,"Sa\nm",,\n'
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
    assert counted(summary) == {"imported": 3, "refused": 8}
    assert service("user", "show", "robin@contoso.test", "--json").facts["methods"]
    assert service("audit", "verify").code == 0


def test_a_second_run_finds_everybody_there(service: Proofup, file: Path) -> None:
    file.write_text(f"{HEAD}\nrobin@contoso.test,Robin\n")
    first = service("import", "users", file)
    assert (first.code, first.out) == (0, "Imported: 1. Refused: 0.\n")
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
    ours = set(OPTIONS.values()) | {"userPrincipalName", "password"}
    assert set(told) == ours
    # As a spreadsheet of that country saves it.
    text = ";".join(told) + "\r\n" + ";".join(told.values()) + "\r\n"
    file.write_text(text, encoding="utf-8-sig", newline="")
    assert service("import", "users", file).code == 0
    shown = service("user", "show", told["userPrincipalName"], "--json").facts
    assert shown["accountEnabled"] is False
    assert shown["businessPhones"] == [told["businessPhones"]]
    assert shown["methods"] == ["phone +XX XXXXXX56 (mobile)"]
    same = set(told) - {
        "accountEnabled",
        "businessPhones",
        "password",
        "authenticationPhone",
    }
    assert {name: shown[name] for name in same} == {name: told[name] for name in same}


def test_a_hash_comes_along_and_not_beside_a_password(service: Proofup, file: Path) -> None:
    made = "{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276a"
    file.write_text(
        f"{HEAD},password,passwordHash\n"
        f"robin@contoso.test,Robin,,{made}\n"
        f"ines@contoso.test,Ines,a long walk by the sea,{made}\n"
    )
    refused, summary = lines(service("import", "users", file, "--json"))
    assert (refused["line"], refused["field"]) == (3, "passwordHash")
    assert counted(summary) == {"imported": 1, "refused": 1}


def test_WE2_letters_that_are_no_utf8_are_refused_in_their_row(
    service: Proofup, file: Path
) -> None:
    file.write_bytes(
        HEAD.encode() + b"\nsoren@contoso.test,S\xf8ren\nNUL@contoso.test,\x00\nok@contoso.test,O\n"
    )
    *refused, summary = lines(service("import", "users", file, "--json"))
    assert [row["line"] for row in refused] == [2, 3]
    assert counted(summary) == {"imported": 1, "refused": 2}


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("userPrincipalName,displayNmae", "Did you mean displayName?"),
        ("user_principal_name,displayName", "Did you mean userPrincipalName?"),
        ("userPrincipalName,DISPLAYNAME", "Did you mean displayName?"),
        ("userPrincipalName,displayName,xyzzyxyzzyxyzzy", "Known are userPrincipalName"),
        ("userPrincipalName,mail", "no column 'displayName'"),
        ("userPrincipalName,displayName,mail,mail", "is there twice"),
        ('userPrincipalName,"displayName', "no line of column names"),
        ("", "no column 'userPrincipalName'"),
        ("root:x:0:0,secret", "is no list of people"),
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
        with rows_of_csv(file, list) as rows:
            assert sum(1 for _ in rows) == count
        assert tracemalloc.get_traced_memory()[1] < MIB // 2
    finally:
        tracemalloc.stop()


def test_a_quote_that_is_never_closed_does_not_swallow_the_file(file: Path) -> None:
    with file.open("w") as out:
        out.write(f'{HEAD}\nx@contoso.test,"never closed\n')
        out.writelines(f"user{number}@contoso.test,User\n" for number in range(20_000))
    tracemalloc.start()
    try:
        with rows_of_csv(file, list) as found:
            rows = list(found)
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
    def busy(*_: object) -> None:
        raise StoreBusyError

    monkeypatch.setattr(NewcomerRows, "add", busy)
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


def test_every_kind_of_method_comes_along(service: Proofup, file: Path) -> None:
    file.write_text(
        f"{HEAD},authenticationPhone,alternateAuthenticationPhone,officePhone,totpSecret,"
        "defaultMethod,perUserMfaState\n"
        "robin@contoso.test,Robin,+44 7700 900067,+44 7700 900068,+1 4255551234X12345,"
        "gezd gnbv gy3t qojq gezd gnbv gy3t qojq,oath,enforced\n"
        "lee@contoso.test,Lee,+44 20 7946 0000,,,,voiceMobile,\n"
        "ann@contoso.test,Ann,,,,GEZDGNBVGY3TQOJQ,oath,enabled\n"
    )
    (summary,) = lines(service("import", "users", file, "--json"))
    assert counted(summary) == {"imported": 3, "refused": 0}
    shown = service("user", "show", "robin@contoso.test", "--json").facts
    assert sorted(shown["methods"]) == [
        "phone +X XXXXXXXX34 (office)",
        "phone +XX XXXXXXXX67 (mobile)",
        "phone +XX XXXXXXXX68 (alternateMobile)",
        "softwareOath Imported app",
    ]
    assert shown["perUserMfaState"] == "enforced"
    shown = service("user", "show", "lee@contoso.test", "--json").facts
    assert shown["methods"] == ["phone +XX XXXXXXXX00 (mobile)"]


def test_json_lines_are_read_like_csv(service: Proofup, file: Path) -> None:
    file = file.with_suffix(".ndjson")
    rows = [
        {
            "userPrincipalName": "zoë@contoso.test",
            "displayName": "Zoë",
            "accountEnabled": False,
            "businessPhones": ["+44 20 7946 0000", "+44 20 7946 0001"],
            "mail": None,
        },
        {"userPrincipalName": "lee@contoso.test", "displayname": "Lee"},
        {"userPrincipalName": "ann@contoso.test", "displayName": ["Ann", 1]},
        ["no object"],
    ]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_bytes(text.encode() + b'\n\n{"userPrincipalName": "\xff"}\n')
    *refused, summary = lines(service("import", "users", file, "--json"))
    assert [(row["line"], row["field"]) for row in refused] == [
        (2, "displayname"),
        (3, "displayName"),
        (4, "line"),
        (6, "line"),
    ]
    assert "Did you mean displayName?" in refused[0]["reason"]
    assert counted(summary) == {"imported": 1, "refused": 4}
    shown = service("user", "show", "zoë@contoso.test", "--json").facts
    assert (shown["accountEnabled"], len(shown["businessPhones"])) == (False, 2)


def test_the_format_may_be_said(service: Proofup, file: Path) -> None:
    file.write_text('{"userPrincipalName": "robin@contoso.test", "displayName": "Robin"}')
    said = service("import", "users", file, "--format", "jsonl", "--json")
    assert counted(said.facts) == {"imported": 1, "refused": 0}


def test_numbers_belong_to_the_region_that_is_said(service: Proofup, file: Path) -> None:
    file.write_text(
        f"{HEAD},usageLocation,authenticationPhone\n"
        "robin@contoso.test,Robin,,07700 900067\n"
        "freja@contoso.test,Freja,DK,32 12 34 56\n"
    )
    assert service("import", "users", file, "--region", "GB").code == 0
    shown = service("user", "show", "robin@contoso.test", "--json").facts
    assert shown["methods"] == ["phone +XX XXXXXXXX67 (mobile)"]


def test_a_dry_run_judges_all_and_writes_nothing(
    service: Proofup, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_users, "BATCH", 2)
    file.write_text(
        f"{HEAD},password\n"
        "robin@contoso.test,Robin,a long walk by the sea\n"
        f"{ADMIN},Kim,\n"
        "Robin@contoso.test,Robin again,\n"
        "lee@contoso.test,Lee,\n"
        "lee@contoso.test,Lee,\n"
    )
    *refused, summary = lines(service("import", "users", file, "--dry-run", "--json"))
    assert [row["line"] for row in refused] == [3, 4, 6]
    assert "in the directory already" in refused[0]["reason"]
    assert "in the file twice" in refused[1]["reason"]
    assert counted(summary) == {"imported": 2, "refused": 3, "dryRun": True}
    assert service("user", "show", "robin@contoso.test").code == 1
    words = service("import", "users", file, "--dry-run").out
    assert words == "Would be imported: 2. Would be refused: 3. Nothing was written.\n"
    *_, summary = lines(service("import", "users", file, "--json"))
    assert counted(summary) == {"imported": 2, "refused": 3}


def test_an_import_that_was_cut_off_goes_on_where_it_was(
    service: Proofup, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_users, "BATCH", 4)
    report = tmp_path / "bad.csv"
    people = [f"user{number}@contoso.test,U" for number in range(20)]
    people[1] = people[9] = "=cmd@contoso.test,"
    people[14] = people[2]
    file.write_text(HEAD + "\n" + "\n".join(people))
    # At the latest moment: everything is written and reported, but nothing is durable.
    with cut_off(after=3):
        assert service("import", "users", file, "--report", report).code == 1
    assert lines_in(report) == ["3", "11", "16"]
    said = service("import", "users", file, "--report", report)
    assert said.err.startswith("Goes on behind 12 rows, where")
    assert said.out == "Imported: 17. Refused: 3.\n"
    assert lines_in(report) == ["3", "11", "16"]
    assert "in the file twice" in report.read_text()
    assert service("audit", "verify").code == 0
    for number in set(range(20)) - {1, 9, 14}:
        assert service("user", "show", f"user{number}@contoso.test").code == 0


def test_two_commands_over_one_file_do_no_row_twice(
    service: Proofup, file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(f"{HEAD}\nrobin@contoso.test,Robin\n")
    whole = NewcomerRows.taken

    async def taken(rows: NewcomerRows, looks: Sequence[str]) -> dict[str, TakenName]:
        with closing(sqlite3.connect(folder / "proofup.db")) as other, other:
            other.execute("UPDATE imports SET document = json_set(document, '$.taken', 1)")
        return await whole(rows, looks)

    monkeypatch.setattr(NewcomerRows, "taken", taken)
    said = service("import", "users", file, "--json")
    assert said.refusal["problem"] == "is being imported by another command too."
    assert service("user", "show", "robin@contoso.test").code == 1


def test_of_two_that_share_a_name_the_first_in_the_file_comes_in(
    service: Proofup, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_users, "BATCH", 2)
    file.write_text(
        f"{HEAD}\n"
        "zoe@contoso.test,Zoe\n"
        "ROBIN@contoso.test,First\n"
        "ann@contoso.test,Ann\n"
        "\uff52obin@contoso.test,Second\n"  # a wide r, which is one like any other
        "robin@contoso.test,Third\n",
        encoding="utf-8-sig",
    )
    refused = lines(service("import", "users", file, "--json"))[:-1]
    assert [row["line"] for row in refused] == [5, 6]
    assert "First" in service("user", "show", "robin@contoso.test").out


@pytest.mark.parametrize("begins", ["=1+1", "+44", "-x", "@sum", "\tx", "\rx"])
def test_WE4_a_spreadsheet_computes_nothing_in_the_report(begins: str) -> None:
    assert safe(begins) == f"'{begins}"
    assert safe(f"a{begins}\udc80") == f"a{begins}?"


def test_a_report_that_cannot_be_written_ends_it(service: Proofup, file: Path) -> None:
    file.write_text(f"{HEAD}\nrobin@contoso.test,Robin\n")
    said = service("import", "users", file, "--report", file.parent / "no" / "such.csv")
    assert "cannot be written" in said.err
    assert service("user", "show", "robin@contoso.test").code == 1


@contextmanager
def cut_off(*, after: int) -> Iterator[None]:
    """Interrupt imports after a number of batches, when the next is reported and written."""
    whole, left = NewcomerRows.add, iter(range(after))

    def add(rows: NewcomerRows, change: AddPeople) -> Steps[None]:
        yield from whole(rows, change)
        if next(left, None) is None:
            raise StoreBusyError

    with patch.object(NewcomerRows, "add", add):
        yield


def lines_in(report: Path) -> list[str]:
    with report.open(newline="", encoding="utf-8") as opened:
        head, *rows = csv.reader(opened)
        assert head[:3] == ["line", "field", "reason"]
        return [row[0] for row in rows]


def test_a_report_is_whole_even_when_a_run_ends_before_it_tells_anything(
    service: Proofup, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_users, "BATCH", 1)
    report = tmp_path / "bad.csv"
    file.write_text(f"{HEAD}\nrobin@contoso.test,\nkim@contoso.test,\nmax@contoso.test,\n")
    report.touch(mode=0o644)
    with cut_off(after=2):
        assert service("import", "users", file, "--report", report).code == 1
    assert lines_in(report) == ["2", "3", "4"]

    async def busy(*_: object) -> None:
        raise StoreBusyError

    with patch.object(NewcomerRows, "taken", busy):
        assert service("import", "users", file, "--report", report).code == 1
    assert lines_in(report) == ["2", "3"]
    said = service("import", "users", file, "--report", report)
    assert said.err.startswith("Goes on behind 2 rows, where")
    assert said.out == "Imported: 0. Refused: 3.\n"
    assert lines_in(report) == ["2", "3", "4"]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert sorted(tmp_path.glob("bad*")) == [report]


@pytest.mark.parametrize("junk", [b"\xff,\xfe,\xfd\r\n", b"x" * 200_000])
def test_what_is_no_report_gives_way_to_one_when_an_import_goes_on(
    service: Proofup, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, junk: bytes
) -> None:
    monkeypatch.setattr(import_users, "BATCH", 1)
    report = tmp_path / "bad.csv"
    file.write_text(f"{HEAD}\nrobin@contoso.test,\nkim@contoso.test,\n")
    with cut_off(after=1):
        assert service("import", "users", file).code == 1
    report.write_bytes(junk)
    said = service("import", "users", file, "--report", report)
    assert said.out == "Imported: 0. Refused: 2.\n"
    assert lines_in(report) == ["3"]


def test_a_report_goes_where_a_link_leads_and_into_a_pipe(
    service: Proofup, file: Path, tmp_path: Path
) -> None:
    file.write_text(f"{HEAD}\nrobin@contoso.test,\n")
    linked, link, pipe = tmp_path / "linked.csv", tmp_path / "link.csv", tmp_path / "pipe"
    linked.write_bytes(b"\xff of before")
    link.symlink_to(linked)
    assert service("import", "users", file, "--report", link).out == "Imported: 0. Refused: 1.\n"
    assert link.is_symlink()
    told = (
        b'"line","field","reason","userPrincipalName","displayName"\r\n'
        b'"2","displayName","is missing.","robin@contoso.test",""\r\n'
    )
    assert linked.read_bytes() == told
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as beside:
        read = beside.submit(pipe.read_bytes)
        assert service("import", "users", file, "--report", pipe).code == 1
        assert read.result() == told
    assert pipe.is_fifo()


def test_a_large_file_is_judged_beside_the_writing(
    service: Proofup, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_users, "SMALL_BYTES", 0)
    monkeypatch.setattr(import_users, "BATCH", 2)
    file.write_text(
        f"{HEAD},password,authenticationPhone\n"
        "robin@contoso.test,Robin,a long walk by the sea,\n"
        + "".join(f"u{n}@contoso.test,U,,+44 7700 90000{n}\n" for n in range(9))
    )
    (summary,) = lines(service("import", "users", file, "--json"))
    assert summary == {"imported": 10, "refused": 0, "withoutPassword": 9}


def test_WE1_a_name_that_looks_like_another_is_refused_and_says_like_which(
    service: Proofup, file: Path
) -> None:
    file.write_text(f"{HEAD}\n\u0131stanbul@contoso.test,One\nkim@contoso.test,Kim\n")
    assert service("import", "users", file).code == 0
    names = ("istanbul", "\u0130stanbul", "ankara", "\u0430nkara".replace("nkara", ""), "k\u0131m")
    rows = "\n".join(f"{name}@contoso.test,Other" for name in (*names, "a"))
    file.write_text(f"{HEAD}\n{rows}\n")
    *refused, summary = lines(service("import", "users", file, "--json"))
    told = {row["line"]: row["reason"] for row in refused}
    assert "looks like \u0131stanbul@contoso.test, which is in the directory" in told[2]
    assert "looks like \u0131stanbul@contoso.test, which is in the directory" in told[3]
    assert "looks like kim@contoso.test, which is in the directory" in told[6]
    assert "looks like \u0430@contoso.test, which stands in the file" in told[7]
    assert counted(summary) == {"imported": 2, "refused": 4}


ROW = "robin@contoso.test{0}Robin{0}robin@fabrikam.test\n"
COLUMNS_OF_THREE = "userPrincipalName{0}displayName{0}mail\n"


@pytest.mark.parametrize(
    ("before", "delimiter", "encoding"),
    [
        ("", "\t", "utf-8"),
        ("sep=;\r\n", ";", "utf-8"),
        ("#TYPE System.Management.Automation.PSCustomObject\r\n", ",", "utf-8"),
        ("", ",", "utf-16"),
        ("sep=|\n", "|", "utf-16"),
    ],
)
def test_files_of_spreadsheets_and_of_powershell_are_read(
    service: Proofup, file: Path, before: str, delimiter: str, encoding: str
) -> None:
    text = before + (COLUMNS_OF_THREE + ROW).format(delimiter)
    file.write_bytes(text.encode(encoding))
    assert service("import", "users", file).out == "Imported: 1. Refused: 0.\n"
    assert service("user", "show", "robin@contoso.test", "--json").facts["mail"]


def test_lines_are_counted_from_the_first_of_the_file(service: Proofup, file: Path) -> None:
    file.write_text(f"sep=,\n{HEAD}\nrobin@contoso.test\n")
    assert "line 3: line: has 1 cells" in service("import", "users", file).err


def test_a_quote_that_is_not_closed_says_which_lines_it_swallowed(
    service: Proofup, file: Path
) -> None:
    file.write_text(f'{HEAD}\na@contoso.test,"Ann\nb@contoso.test,Bo\nc@contoso.test,"Cy"\n')
    told = service("import", "users", file).err
    assert "line 2: line: is not written as CSV" in told
    assert "It goes on to line 4" in told


def test_a_file_that_is_no_list_of_people_is_not_repeated(service: Proofup, file: Path) -> None:
    file.write_text("root:x:0:0:secret words:/root:/bin/sh\n")
    told = service("import", "users", file).err
    assert "is no list of people" in told
    assert "secret words" not in told


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_what_an_export_writes_an_import_takes(
    service: Proofup, file: Path, tmp_path: Path, ending: str
) -> None:
    file.write_text(
        "userPrincipalName,displayName,mobilePhone,authenticationPhone\n"
        "robin@contoso.test,-Robin,+447700900143,+44 7700 900142\n"
    )
    assert service("import", "users", file).code == 0
    out = tmp_path / f"all.{ending}"
    assert service("export", "users", out).code == 0
    out.write_text(out.read_text().replace("robin@", "noor@"))
    told = service("import", "users", out)
    assert "Imported: 1." in told.out, told.err
    shown = service("user", "show", "noor@contoso.test", "--json").facts
    assert (shown["displayName"], shown["mobilePhone"]) == ("-Robin", "+447700900143")


def test_rows_of_a_report_are_mended_and_imported_as_they_are(
    service: Proofup, file: Path, tmp_path: Path
) -> None:
    file.write_text(
        f"{HEAD},authenticationPhone,password\n"
        "robin@contoso.test,Robin,+44 12,=one plus one is two\n"
        "kim@contoso.test,Kim,,\n"
        "ines@contoso.test,,,\n"
        "lee@contoso.test,Lee\n"
    )
    report = tmp_path / "bad.csv"
    assert service("import", "users", file, "--report", report).out.startswith("Imported: 1.")
    told = report.read_text()
    assert told.startswith(f'"line","field","reason","{HEAD.replace(",", chr(34) + "," + chr(34))}')
    mended = told.replace("'+44 12", "'+44 7700 900067")
    mended = mended.replace('"ines@contoso.test",""', '"ines@contoso.test","Ines"')
    report.write_text(mended)
    said = service("import", "users", report)
    assert said.out == "Imported: 3. Refused: 0.\n"
    assert service("user", "show", "robin@contoso.test", "--json").facts["methods"]


def test_a_report_of_json_lines_has_every_column(service: Proofup, tmp_path: Path) -> None:
    file, report = tmp_path / "people.jsonl", tmp_path / "bad.csv"
    file.write_text('{"userPrincipalName": "robin@contoso.test"}\n')
    assert service("import", "users", file, "--report", report).code == 1
    report.write_text(report.read_text().replace('"robin@contoso.test",""', '"r@contoso.test","R"'))
    assert service("import", "users", report).out == "Imported: 1. Refused: 0.\n"
