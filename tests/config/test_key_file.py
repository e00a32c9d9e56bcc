import base64
import os
from collections.abc import Callable
from os import urandom
from pathlib import Path

import pytest

from proofup.config.errors import SettingsError
from proofup.config.key_file import read_key, write_new_key


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "key"


def refusal(file: Path) -> SettingsError:
    with pytest.raises(SettingsError) as refused:
        read_key(file)
    assert refused.value.setting == "key_file"
    return refused.value


def put(file: Path, content: bytes, mode: int = 0o600) -> None:
    file.write_bytes(content)
    file.chmod(mode)


def test_KE3_a_new_key_is_ours_alone_and_reads_back(file: Path) -> None:
    key = write_new_key(file, urandom)
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_key(file) == key
    assert len(key.reveal()) == 32


def test_KE3_a_key_is_never_written_over(file: Path) -> None:
    put(file, b"kept")
    with pytest.raises(FileExistsError):
        write_new_key(file, urandom)
    assert file.read_bytes() == b"kept"


def test_KE3_a_missing_key_says_to_put_it_back(file: Path) -> None:
    assert "there is no file" in refusal(file).problem
    assert "Put the key back" in refusal(file).fix


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o700])
def test_KE3_a_key_that_others_may_touch_is_refused(file: Path, mode: int) -> None:
    put(file, base64.b64encode(urandom(32)), mode)
    assert f"mode {mode:04o}" in refusal(file).problem
    assert "chmod 0600" in refusal(file).fix


def test_KE3_a_secret_that_kubernetes_mounts_is_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = write_new_key(file, urandom)
    file.chmod(0o440)
    facts = file.stat()
    monkeypatch.setattr(os, "fstat", lambda _: root_owned(facts))
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    monkeypatch.setattr(os, "getegid", lambda: 4712)
    monkeypatch.setattr(os, "getgroups", lambda: [4712, facts.st_gid])
    assert read_key(file) == key
    monkeypatch.setattr(os, "getgroups", list)
    assert "belongs to another user" in refusal(file).problem


def root_owned(facts: os.stat_result) -> os.stat_result:
    return os.stat_result((*facts[:4], 0, *facts[5:]))


def test_KE3_another_user_s_key_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_new_key(file, urandom)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert "belongs to another user" in refusal(file).problem


def test_KE3_a_key_that_is_no_plain_file_is_refused(file: Path) -> None:
    os.mkfifo(file, 0o600)
    assert "no plain file" in refusal(file).problem
    file.unlink()
    file.symlink_to(file)
    assert "cannot be read" in refusal(file).problem


@pytest.mark.parametrize("content", [b"", b"c2hvcnQ=", base64.b64encode(bytes(range(33)))])
def test_KE3_a_key_of_another_size_is_refused(file: Path, content: bytes) -> None:
    put(file, content)
    assert "bytes, not 32" in refusal(file).problem


@pytest.mark.parametrize("content", [b"not base64 at all!", "schlüssel".encode(), b"\xff" * 40])
def test_KE3_what_is_no_base64_is_refused(file: Path, content: bytes) -> None:
    put(file, content)
    assert "holds no base64" in refusal(file).problem


@pytest.mark.parametrize(
    "sample",
    [
        lambda: bytes(32),
        lambda: b"\xff" * 32,
        lambda: bytes(range(32)),
        lambda: bytes(range(255, 223, -1)),
        lambda: bytes(range(0, 96, 3)),
        lambda: b"0123456789abcdef" * 2,
        lambda: b"this-is-a-32-byte-sample-key-abc",
        lambda: urandom(8) * 4,
    ],
)
def test_KE3_a_sample_is_no_key(file: Path, sample: Callable[[], bytes]) -> None:
    assert len(sample()) == 32
    put(file, base64.b64encode(sample()))
    assert "holds a sample" in refusal(file).problem


def test_KE3_no_refusal_repeats_what_is_in_the_file(file: Path) -> None:
    content = base64.b64encode(urandom(24))
    put(file, content)
    assert content.decode() not in str(refusal(file))
