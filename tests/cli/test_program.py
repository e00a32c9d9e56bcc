import argparse
import importlib
import io
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from host_commands import ADMIN, Proofup
from proofup import __version__
from proofup.cli import program
from proofup.cli.commands import COMMANDS, GROUPS
from proofup.cli.output import Output, RefusedError
from proofup.cli.refusals import WORDS, refusal_of
from proofup.directory.passwords import UnacceptablePasswordError
from proofup.values.errors import ProofupError, RevokedError, SlotTakenError


def test_wrong_arguments_are_one_line_and_2(proofup: Proofup) -> None:
    for arguments in ([], ["frob"], ["user"], ["user", "frob"], ["init"], ["serve", "--frob"]):
        said = proofup(*arguments)
        assert said.code == 2
        assert said.err.count("\n") == 1
        assert said.err.startswith("proofup: ")


@pytest.mark.parametrize("words", ["", *GROUPS, *COMMANDS])
def test_every_command_explains_itself(proofup: Proofup, words: str) -> None:
    said = proofup(*words.split(), "--help")
    assert said.code == 0
    assert said.out.startswith(f"usage: proofup {words}".rstrip())


def test_help_and_version_import_no_command() -> None:
    modules = {runs.partition(":")[0] for runs, _ in COMMANDS.values()}
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "proofup", "--help"],
        check=True,
        capture_output=True,
        text=True,
    ).stderr
    assert not {f"proofup.cli.{name}" for name in modules} & set(loaded.split())


def test_the_version_is_told(proofup: Proofup) -> None:
    assert proofup("--version").out == f"proofup {__version__}\n"


def test_D39_no_service_in_the_folder_says_how_to_begin(proofup: Proofup) -> None:
    said = proofup("user", "show", ADMIN)
    assert said.code == 1
    assert "proofup init" in said.err
    assert proofup("user", "show", ADMIN, "--json").refusal["field"].endswith("proofup.toml")


def test_KE3_a_wrong_key_refuses_every_command(service: Proofup, folder: Path) -> None:
    import base64
    import os

    (folder / "key").write_bytes(base64.b64encode(os.urandom(32)))
    said = service("audit", "verify", "--json")
    assert said.code == 1
    assert said.refusal["field"] == "key_file"
    assert "this database needs" in said.refusal["problem"]


def test_AU2_a_changed_entry_is_found_with_its_place(service: Proofup, folder: Path) -> None:
    assert service("audit", "verify", "--json").facts == {"whole": True}
    with sqlite3.connect(folder / "proofup.db") as database:
        database.execute("UPDATE audit_log SET text = replace(text, 'host', 'nobody')")
    database.close()
    said = service("audit", "verify", "--json")
    assert said.code == 1
    assert said.facts == {"whole": False, "sequence": 1, "reason": "changed"}
    assert "broken at entry 1" in service("audit", "verify").out


def test_a_fault_of_ours_is_no_refusal(service: Proofup, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> int:
        raise RevokedError

    monkeypatch.setattr("proofup.cli.audit.verify", fault)
    with pytest.raises(RevokedError):
        program.main(["audit", "verify"])


def test_ctrl_c_is_130(service: Proofup, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("proofup.cli.audit.verify", interrupted)
    assert service("audit", "verify").code == 130


def test_a_reader_that_left_is_no_fault() -> None:
    program = "import sys; from proofup.cli import main; sys.stdin.read(); main(['--version'])"
    ran = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert ran.stdout is not None
    ran.stdout.close()
    ran.stdout = None
    _, errors = (ran.stdin and ran.communicate()) or (b"", b"")
    assert b"Traceback" not in errors


@pytest.mark.parametrize("kind", WORDS)
def test_every_refusal_has_words(kind: type[ProofupError]) -> None:
    class Any(kind):  # type: ignore[valid-type, misc] # made per case
        def __getattr__(self, name: str) -> str:
            return "too short"

    error = Any.__new__(Any)
    refused = refusal_of(error)
    assert refused is not None
    assert refused.field
    assert refused.problem


@pytest.mark.parametrize("reason", ["too short", "too long", "common", "context"])
def test_every_reason_against_a_password_has_words(reason: str) -> None:
    refused = refusal_of(UnacceptablePasswordError(reason, 12))
    assert refused is not None
    assert refused.field == "password"


def test_what_only_a_person_can_meet_has_no_words_here() -> None:
    assert refusal_of(RevokedError()) is None
    assert refusal_of(SlotTakenError("phone.mobile")) is not None


def test_a_terminal_without_the_letters_gets_others(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="ascii") as out:
        Output(out=out, err=out).refuse(RefusedError("displayName", "“Søren” is taken."))
    assert (tmp_path / "out").read_text() == "proofup: displayName: ?S?ren? is taken.\n"


def test_AU2_a_log_that_was_cut_off_is_found_by_a_checkpoint(service: Proofup) -> None:
    cut_off = f"99:{'0' * 64}"
    said = service("audit", "verify", "--checkpoint", cut_off, "--json")
    assert said.code == 1
    assert said.facts == {"whole": False, "sequence": 99, "reason": "not as the checkpoint says"}


def test_a_checkpoint_that_is_none_is_refused(service: Proofup) -> None:
    said = service("audit", "verify", "--checkpoint", "yesterday", "--json")
    assert said.code != 0
    assert said.refusal["field"] == "--checkpoint"


def test_a_terminal_without_some_letters_shows_a_question_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="latin-1"))
    with pytest.raises(SystemExit):
        program.main(["--version"])
    sys.stdout.write("Łukasz")
    sys.stdout.flush()
    assert written.getvalue().endswith(b"?ukasz")


@pytest.mark.parametrize("words", COMMANDS)
def test_every_argument_of_every_command_is_described(words: str) -> None:
    module_name, _, function = COMMANDS[words][0].partition(":")
    module = importlib.import_module(f"proofup.cli.{module_name}")
    parser = argparse.ArgumentParser(add_help=False)
    declare = "arguments" if function == "run" else f"{function}_arguments"
    getattr(module, declare)(parser)
    actions = parser._actions
    assert [one.dest for one in actions if not one.help] == []


def test_a_refused_argument_ends_with_one_full_stop(proofup: Proofup) -> None:
    told = proofup("user", "set-mfa", "robin", "maybe").err
    assert ".." not in told
    assert "disabled" in told, "what may be written is listed"
