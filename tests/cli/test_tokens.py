import json
from pathlib import Path
from typing import Any

import pytest

from directory.test_pskc import (
    ENCRYPTED,
    KEY,
    NAMED_KEY,
    container,
    mac_method,
    package,
)
from host_commands import ADMIN, Proofup, Said

HEAD = "upn,serial number,secret key,time interval,manufacturer,model"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
HEX = "3132333435363738393031323334353637383930"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tokens.csv"


def lines(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def stock(service: Proofup) -> dict[str, Any]:
    found = service("token", "list", "--json").facts["tokens"]
    return {one["serialNumber"]: one["assignedTo"] for one in found}


def test_HWT_01_HWT_02_HWT_05_CMP_08_good_rows_are_stored_and_each_bad_one_is_named(
    service: Proofup, file: Path
) -> None:
    file.write_text(
        f"\ufeff{HEAD}\r\n{ADMIN},A-1,{SECRET},30,Contoso,Key\r\n,A-2,{SECRET.lower()},60,,\r\n"
        f"nobody@contoso.test,A-3,{SECRET},30,,\r\n,A-1,{SECRET},30,,\r\n,A-4,{HEX},30,,\r\n"
        f",A-5,{SECRET},45,,\r\n,A-6,,30,,\r\n,,{SECRET},30,,\r\n,A-7,{SECRET},30\r\n"
        f'{ADMIN},A-8,{SECRET},30,,\r\n,A-9,{"A" * 129},30,,\r\n,A-10,"{SECRET}",30,"a",b\r\n',
        newline="",
    )
    said = service("import", "tokens", file, "--dry-run", "--json")
    assert lines(said)[-1]["added"] == 3
    assert stock(service) == {}
    said = service("import", "tokens", file, "--json")
    assert said.code == 1
    *refused, summary = lines(said)
    assert [(row["line"], row["field"]) for row in refused] == [
        (4, "upn"),
        (5, "serial number"),
        (6, "secret key"),
        (7, "time interval"),
        (8, "secret key"),
        (9, "serial number"),
        (10, "line"),
        (11, "upn"),
        (12, "secret key"),
    ]
    assert "hexadecimal" in refused[2]["reason"]
    assert summary == {"added": 3, "given": 1, "refused": 9}
    assert stock(service) == {"A-1": ADMIN, "A-10": None, "A-2": None}
    assert service("audit", "verify").code == 0
    assert service("import", "tokens", file).code == 1


def test_HWT_06_only_the_columns_of_the_template_are_taken(service: Proofup, file: Path) -> None:
    file.write_text(f"{HEAD},seventh\n")
    assert "The first line has to be" in service("import", "tokens", file).err
    file.write_text(HEAD.replace(",", ";") + f"\n;A-1;{SECRET};30;;\n")
    assert service("import", "tokens", file).code == 0


def test_a_container_is_read_with_its_key(service: Proofup, tmp_path: Path) -> None:
    file, key = tmp_path / "tokens.xml", tmp_path / "key"
    file.write_bytes(container(package(serial="B-1"), ENCRYPTED, before=NAMED_KEY + mac_method()))
    key.write_text(KEY.hex())
    assert service("import", "tokens", file).code == 1  # nobody is called as the packages say
    plain = file.read_bytes().replace(b"robin@contoso.test", ADMIN.encode(), 1)
    file.write_bytes(plain.replace(b"<UserId>robin@contoso.test</UserId>", b""))
    said = service("import", "tokens", file, "--key-file", key, "--json")
    assert said.code == 0
    assert stock(service) == {"987654321": None, "B-1": ADMIN}
    for option, content in (("--key-file", "no hex"), ("--password-file", "secret")):
        key.write_text(content)
        assert service("import", "tokens", file, option, key).code != 0
    assert service("import", "tokens", file, "--key-file", tmp_path / "none").code != 0
    assert service("import", "tokens", tmp_path / "none.xml").code != 0
    file.write_bytes(b"no container")
    assert "not XML" in service("import", "tokens", file).err
    file.write_bytes(b" " * ((1 << 20) + 1))
    assert "split it" in service("import", "tokens", file).err


def test_HWT_08_HWT_09_a_token_is_given_to_one_person_and_taken_back(
    service: Proofup, file: Path
) -> None:
    assert "There is no token" in service("token", "list").out
    file.write_text(f"{HEAD}\n,A-1,{SECRET},30,,\n,A-2,{SECRET},30,,\n")
    assert service("import", "tokens", file).code == 0
    assert service("token", "unassign", "A-1").code != 0
    assert service("token", "assign", "A-1", ADMIN, "--code", "000000").code != 0
    assert service("token", "assign", "A-9", ADMIN).code != 0
    assert service("token", "assign", "A-1", "nobody@contoso.test").code != 0
    assert service("token", "assign", "A-1", ADMIN).code == 0
    assert service("token", "assign", "A-1", ADMIN).code != 0
    assert service("token", "assign", "A-2", ADMIN).code != 0
    assert stock(service)["A-1"] == ADMIN
    assert "A-1 is free" in service("token", "unassign", "A-1").out
    assert stock(service) == {"A-1": None, "A-2": None}
    assert service("token", "unassign", "A-9").code != 0


def test_rows_of_a_report_are_mended_and_imported_as_they_are(
    service: Proofup, file: Path, tmp_path: Path
) -> None:
    file.write_text(f"{HEAD}\n,A-1,{HEX},30,Contoso,Key\n,A-2,{SECRET},30,Contoso,Key\n")
    report = tmp_path / "bad.csv"
    assert service("import", "tokens", file, "--report", report).code == 1
    report.write_text(report.read_text().replace(HEX, SECRET))
    assert service("import", "tokens", report).out.startswith("Added: 1,")
