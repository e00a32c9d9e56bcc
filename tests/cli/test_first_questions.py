"""What ``proofup init`` asks, at a terminal."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import CHEAP
from proofup.cli.asking import Questions
from proofup.cli.output import RefusedError
from proofup.config.reading import read_settings


def converse(arguments: list[str], answers: list[str]) -> tuple[int, str]:
    """Run ``proofup`` at a terminal of its own, and answer each question when it is asked."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "proofup", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | CHEAP,
        start_new_session=True,
    )
    os.close(theirs)
    shown, waiting = "", list(answers)
    while True:
        try:
            read = os.read(ours, 4096).decode()
        except OSError:  # the other end is closed
            break
        shown += read
        if read.endswith(": ") and waiting:
            os.write(ours, f"{waiting.pop(0)}\n".encode())
    os.close(ours)
    return process.wait(30), shown


def test_init_asks_for_what_it_is_not_told(tmp_path: Path) -> None:
    folder = tmp_path / "service"
    answers = [
        *("", "Contoso"),  # the first is needed
        *("http://id.contoso.test", "https://id.contoso.test"),
        *("none", "10.0.0.5, nowhere", "10.0.0.5", "UK", "GB"),
        *("mail.contoso.test:465", "no-reply@contoso.test", "proofup", "hidden mail password"),
        *("pigeon", "kannel", "http://10.0.0.7:13013/cgi-bin/sendsms"),
        *("proofup", "hidden kannel password", "Contoso"),
        *("kim.larsen@contoso.test", "none", "", "many", "30"),
    ]
    code, shown = converse(["init", "--folder", str(folder)], answers)
    assert code == 0, shown
    assert "Did you mean GB?" in shown
    assert "sudo -u postgres psql -c 'CREATE ROLE proofup LOGIN'" in shown
    assert "Administrators must have a second proof from the start." in shown
    assert "Still missing:" in shown
    assert "hidden" not in shown
    settings = read_settings(folder, {})
    assert settings.smtp
    assert settings.smtp.password
    assert settings.smtp.password.reveal() == "hidden mail password"
    assert settings.texts
    assert settings.texts.kannel
    assert settings.texts.kannel.password.reveal() == "hidden kannel password"
    assert settings.outbound_allow == ("10.0.0.7:13013",)
    assert settings.organisation.default_region == "GB"


def test_init_asks_nothing_that_it_is_told(tmp_path: Path) -> None:
    told = (
        *("init", "--organisation", "Contoso", "--public-url", "http://localhost:8080"),
        *("--database", f"sqlite:///{tmp_path / 'x.db'}", "--region", "GB", "--admin", "k@x.test"),
        *("--mail-server", "localhost", "--mail-sender", "no-reply@contoso.test"),
        *("--set", "smtp.security=none", "--set", "texts.webhook=https://sms.contoso.test/"),
        *("--demand", "perUser", "--folder", str(tmp_path / "service")),
    )
    code, shown = converse(list(told), ["none"])  # the account at the mail server
    assert code == 0, shown
    assert "Who else" not in shown
    again = [*told, "--yes"]
    assert "was made before" in converse(again, [])[1]


def test_answers_that_end_change_nothing() -> None:
    with pytest.raises(RefusedError, match="ended"):
        Questions(io.StringIO(), io.StringIO("\n")).ask("Name")
