import os
import shutil
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from host_commands import ADMIN, Proofup, Said
from proofup.cli import main

CHEAP = {"PROOFUP_HASHING__MEMORY_MIB": "19", "PROOFUP_HASHING__PASSES": "2"}


@pytest.fixture
def proofup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Proofup:
    """Run commands as an operator does, in a folder of the test's own."""
    monkeypatch.setenv("PROOFUP_FOLDER", str(tmp_path / "service"))
    for name, value in CHEAP.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str | Path, stdin: bytes = b"") -> Said:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(ended.value.code, said.out, said.err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "service"


@pytest.fixture
def init(proofup: Proofup) -> Proofup:
    """Run ``init`` with the required arguments, and others."""

    def run(*more: str, stdin: bytes = b"") -> Said:
        return proofup(
            *("init", "--organisation", "Contoso", "--public-url", "https://id.contoso.test"),
            *("--admin", ADMIN, *more),
            stdin=stdin,
        )

    return run


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a service, to be copied, because making one takes a second."""
    folder = tmp_path_factory.mktemp("made") / "service"
    environment = os.environ | CHEAP
    subprocess.run(
        [
            *(sys.executable, "-m", "proofup", "init", "--folder", folder, "--admin", ADMIN),
            *("--organisation", "Contoso", "--public-url", "https://id.contoso.test"),
            *("--demand", "perUser"),  # tests of rules begin with the defaults
        ],
        check=True,
        capture_output=True,
        env=environment,
    )
    return folder


@pytest.fixture
def service(made_once: Path, folder: Path, proofup: Proofup) -> Proofup:
    """Give the command line of an initialised service."""
    shutil.copytree(made_once, folder)
    return proofup
