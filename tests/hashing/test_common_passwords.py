from pathlib import Path

import pytest

from proofup.directory.passwords import UnacceptablePasswordError, check_new_password
from proofup.hashing.common_passwords import BUNDLED, DIGEST_BYTES, CommonPasswordTable, digest

TABLE = CommonPasswordTable()


def test_PW4_the_bundled_list_has_a_hundred_thousand_and_more() -> None:
    assert len(TABLE) > 140_000
    assert BUNDLED.stat().st_size % DIGEST_BYTES == 0


def test_the_bundled_list_is_sorted_and_has_nothing_twice() -> None:
    table = BUNDLED.read_bytes()
    records = [table[at : at + DIGEST_BYTES] for at in range(0, len(table), DIGEST_BYTES)]
    assert records == sorted(set(records))


@pytest.mark.parametrize(
    "password",
    ["password", "qwertyuiop", "iloveyou", "1qaz2wsx3edc", "administrator", "justinbieber"],
)
def test_PW4_common_passwords_are_known(password: str) -> None:
    assert password in TABLE


@pytest.mark.parametrize(
    "password", ["", "correct horse battery staple", "käsebrot mit senf", "\ud800"]
)
def test_others_are_not(password: str) -> None:
    assert password not in TABLE


def test_PW4_a_common_password_is_refused_in_any_case() -> None:
    with pytest.raises(UnacceptablePasswordError) as refused:
        check_new_password("Administrator", alone=False, context=frozenset(), common=TABLE)
    assert refused.value.reason == "common"


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_every_record_of_a_table_is_found(tmp_path: Path, count: int) -> None:
    words = [f"word {number}" for number in range(count)]
    file = tmp_path / "table"
    file.write_bytes(b"".join(sorted(map(digest, words))))
    table = CommonPasswordTable(file)
    assert all(word in table for word in words)
    assert "another" not in table
