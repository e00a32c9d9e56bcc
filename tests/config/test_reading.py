import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

import pytest

from proofup.config.addresses import Listen
from proofup.config.errors import SettingsError
from proofup.config.examples import EXAMPLES
from proofup.config.file import FILE_NAME, LONGEST_FILE
from proofup.config.reading import read_settings
from proofup.config.settings import Hashing, LogLevel, Settings, SmtpSecurity

LEAST = 'public_url = "https://id.example.org"\norganisation.name = "Contoso"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, LEAST)
    return tmp_path


def write(folder: Path, text: str, mode: int = 0o600) -> None:
    file = folder / FILE_NAME
    file.write_text(text)
    file.chmod(mode)


def refusal(folder: Path, environment: Mapping[str, str] | None = None) -> SettingsError:
    with pytest.raises(SettingsError) as refused:
        read_settings(folder, environment or {})
    assert all(refused.value.args), "each refusal names the setting, the problem and the fix"
    return refused.value


@pytest.mark.parametrize("space", ["\u00a0", "\u3000", "\u202f"])
def test_spaces_of_any_kind_may_stand_in_the_name_of_the_organisation(
    folder: Path, space: str
) -> None:
    settings = read_settings(folder, {"PROOFUP_ORGANISATION__NAME": f"Contoso{space}KK\u00a0"})
    assert settings.organisation.name == "Contoso KK"


def test_two_settings_are_enough_and_the_rest_is_safe(folder: Path) -> None:
    settings = read_settings(folder, {})
    assert settings.public_url.origin == "https://id.example.org"
    assert settings.organisation.name == "Contoso"
    assert settings.listen == (Listen("127.0.0.1", 8080),)
    assert settings.database.reveal() == f"sqlite:///{folder / 'proofup.db'}"
    assert settings.key_file == folder / "key"
    assert settings.hashing == Hashing(memory_mib=64, passes=3)
    assert (settings.smtp, settings.texts, settings.trusted_proxies) == (None, None, ())
    assert settings.log_level is LogLevel.INFO


def test_every_setting_can_stand_in_the_file(folder: Path) -> None:
    write(folder, "\n".join(EXAMPLES.values()))
    settings = read_settings(folder, {})
    assert settings.key_file == Path("/etc/proofup/key")
    assert settings.trusted_proxies == (ip_network("10.0.0.5"), ip_network("fd00:1::/64"))
    assert settings.texts is not None
    assert settings.texts.countries == frozenset({"GB", "IE"})
    assert settings.smtp is not None
    assert settings.smtp.security is SmtpSecurity.STARTTLS


def leaves(table: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in table.items():
        inner = leaves(value, f"{prefix}{name}.") if isinstance(value, dict) else None
        found |= inner or {f"{prefix}{name}": value}
    return found


def test_every_setting_can_be_a_variable_and_the_variable_wins(folder: Path) -> None:
    written = leaves(tomllib.loads("\n".join(EXAMPLES.values())))
    assert set(written) == set(EXAMPLES)
    write(folder, "\n".join(EXAMPLES.values()))
    environment = {
        "PROOFUP_" + name.upper().replace(".", "__"): (
            ", ".join(value) if isinstance(value, list) else str(value)
        )
        for name, value in written.items()
    }
    assert read_settings(folder, environment) == read_settings(folder, {})
    changed = environment | {"PROOFUP_LISTEN": "[::]:0", "PROOFUP_HASHING__PASSES": "4"}
    assert read_settings(folder, changed).listen == (Listen("::", 0),)
    assert read_settings(folder, changed).hashing.passes == 4


def test_other_programs_variables_are_none_of_ours(folder: Path) -> None:
    environment = {"PATH": "/bin", "PROOFUP_FOLDER": str(folder), "proofup_listen": "x"}
    assert read_settings(folder, environment).folder == folder


def test_what_kubernetes_puts_into_every_container_is_no_setting(folder: Path) -> None:
    injected = {
        "PROOFUP_SERVICE_HOST": "10.0.171.239",
        "PROOFUP_SERVICE_PORT": "8080",
        "PROOFUP_SERVICE_PORT_HTTP": "8080",
        "PROOFUP_PORT": "tcp://10.0.171.239:8080",
        "PROOFUP_PORT_8080_TCP": "tcp://10.0.171.239:8080",
        "PROOFUP_PORT_8080_TCP_PROTO": "tcp",
        "PROOFUP_PORT_8080_TCP_PORT": "8080",
        "PROOFUP_PORT_8080_TCP_ADDR": "10.0.171.239",
        "PROOFUP_DB_SERVICE_HOST": "10.0.171.240",
        "PROOFUP_DB_PORT": "tcp://10.0.171.240:5432",
    }
    assert read_settings(folder, injected) == read_settings(folder, {})
    for mistyped in ({"PROOFUP_PORT": "8080"}, {"PROOFUP_SERVICE_HOSTS": "x"}):
        with pytest.raises(SettingsError):
            read_settings(folder, mistyped)


def test_a_line_break_at_the_end_of_a_variable_is_none_of_its_value(folder: Path) -> None:
    url = "postgresql://proofup@db.example.org/proofup"
    for end in ("\n", "\r\n"):
        found = read_settings(folder, {"PROOFUP_DATABASE": url + end}).database
        assert found.reveal() == url


def test_a_byte_order_mark_in_front_of_the_file_is_none_of_it(folder: Path) -> None:
    file = folder / "proofup.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert read_settings(folder, {}).listen == (Listen("127.0.0.1", 8080),)


def test_several_addresses_are_listened_on(folder: Path) -> None:
    two = (Listen("127.0.0.1", 8080), Listen("::1", 8080))
    file = folder / "proofup.toml"
    rest = file.read_text(encoding="utf-8")
    file.write_text(f'listen = ["127.0.0.1:8080", "[::1]:8080"]\n{rest}', encoding="utf-8")
    assert read_settings(folder, {}).listen == two
    assert read_settings(folder, {"PROOFUP_LISTEN": "127.0.0.1:8080, [::1]:8080"}).listen == two
    file.write_text(f'listen = "[::]:8080"\n{rest}', encoding="utf-8")
    assert read_settings(folder, {}).listen == (Listen("::", 8080),)


def test_KE4_settings_do_not_show_their_secrets(folder: Path) -> None:
    write(folder, "\n".join(EXAMPLES.values()))
    shown = repr(read_settings(folder, {}))
    assert "the mail account" not in shown
    assert "32 letters or more" not in shown
    assert "sendsms-user" not in shown
    assert "db.example.org" not in shown


@pytest.mark.parametrize(
    ("line", "setting", "problem", "fix"),
    [
        ('smpt.host = "x"', "smpt.host", "is no setting.", "smtp.host?"),
        ('smtp.hots = "x"', "smtp.hots", "is no setting.", "smtp.host?"),
        ('organisation.nmae = "x"', "organisation.nmae", "no setting", "organisation.name?"),
        ("xyzzy = 1", "xyzzy", "is no setting.", "Remove it."),
        ('folder = "/tmp"', "folder", "is no setting of the file.", "--folder"),
        ('smtp = "mail"', "smtp", "is a section", "Name its settings."),
        ("[smtp]", "smtp", "is a section", "Name its settings."),
        ('listen.host = "x"', "listen.host", "is no setting.", "listen"),
        ('smtp.host = "x"', "smtp.sender", "is missing.", "For example"),
        ("listen = 8080", "listen", "'8080' must be text", "For example"),
        ("hashing.passes = 1", "hashing.passes", "from 2 to 20.", "hashing.passes = 3"),
        ('hashing.passes = "3"', "hashing.passes", "a whole number", "hashing.passes = 3"),
        ("hashing.memory_mib = 18", "hashing.memory_mib", "from 19 to 1024.", "memory_mib = 64"),
        ('log_level = "loud"', "log_level", "none of debug, info, warning, error", "info"),
        ('trusted_proxies = "10.0.0.1"', "trusted_proxies", "is no list.", "10.0.0.5"),
        ('trusted_proxies = ["proxy"]', "trusted_proxies", "'proxy' is no IP address", "10.0.0.5"),
        ('trusted_proxies = ["10.0.0.1/8"]', "trusted_proxies", "is no IP address", "10.0.0.5"),
        ('trusted_proxies = ["::/0"]', "trusted_proxies", "would believe everybody", "10.0.0.5"),
        ('database = ""', "database", "is empty.", "leave it out"),
        (
            'texts = {webhook = "w", secret = "s", countries = [1]}',
            "texts.countries",
            "must be text",
            "GB",
        ),
    ],
)
def test_D39_a_bad_line_is_refused_by_name(
    folder: Path, line: str, setting: str, problem: str, fix: str
) -> None:
    write(folder, LEAST + line)
    refused = refusal(folder)
    assert refused.setting == setting
    assert problem in refused.problem
    assert fix in refused.fix
    assert str(refused).startswith(f"{setting}: ")


@pytest.mark.parametrize("missing", ["public_url", "organisation.name"])
def test_D39_what_cannot_be_guessed_must_be_given(folder: Path, missing: str) -> None:
    write(folder, "\n".join(line for line in LEAST.splitlines() if not line.startswith(missing)))
    assert refusal(folder).setting == missing


@pytest.mark.parametrize(
    ("variable", "value", "fix"),
    [
        ("PROOFUP_SMPT__HOST", "x", "PROOFUP_SMTP__HOST?"),
        ("PROOFUP_LISTEN", "", "leave it out"),
        ("PROOFUP_HASHING__PASSES", "many", "hashing.passes = 3"),
        ("PROOFUP_XYZZY", "1", "Remove it."),
    ],
)
def test_D39_a_bad_variable_is_refused_by_its_own_name(
    folder: Path, variable: str, value: str, fix: str
) -> None:
    refused = refusal(folder, {variable: value})
    assert refused.setting == variable
    assert fix in refused.fix


def test_D39_a_secret_of_the_wrong_kind_is_not_repeated(folder: Path) -> None:
    write(folder, LEAST + "texts.secret = 12345678901234567890")
    assert "1234" not in str(refusal(folder))


def test_D39_no_file_says_how_to_begin(tmp_path: Path) -> None:
    refused = refusal(tmp_path)
    assert refused.setting == str(tmp_path / FILE_NAME)
    assert "proofup init" in refused.fix


@pytest.mark.parametrize("content", [b"public_url = ", b"\xff\xfe", b"a = 1\na = 2"])
def test_D39_no_toml_is_refused_with_its_place(folder: Path, content: bytes) -> None:
    (folder / FILE_NAME).write_bytes(content)
    assert "is no TOML" in refusal(folder).problem


def test_D39_a_file_that_cannot_be_read_or_is_huge_is_refused(folder: Path) -> None:
    (folder / FILE_NAME).unlink()
    (folder / FILE_NAME).mkdir()
    assert "cannot be read" in refusal(folder).problem
    (folder / FILE_NAME).rmdir()
    write(folder, "#" * (LONGEST_FILE + 1))
    assert "too large" in refusal(folder).problem


@pytest.mark.parametrize(
    "line",
    [
        'smtp = {host = "localhost", user = "u", password = "p", sender = "a@b.c"}',
        'database = "postgresql://proofup:secret@db/proofup"',
    ],
)
def test_KE3_a_file_with_secrets_is_for_us_alone(folder: Path, line: str) -> None:
    write(folder, LEAST + line, mode=0o644)
    assert "chmod 0600" in refusal(folder).fix
    write(folder, LEAST + line, mode=0o640)
    assert isinstance(read_settings(folder, {}), Settings)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("log_stream.standard_output = 1", "'1' must be true or false."),
        ("hashing.passes = 1", "'1' must be a whole number from 2 to 20."),
        ('hashing.passes = "many"', "'many' must be a whole number from 2 to 20."),
        ("texts.per_day = -1", "'-1' must be a whole number from 0."),
        ("texts.price = -1", "'-1' must be a number from 0 to 1000000."),
        ('texts.lines = ["premium"]', "'premium' is none of personal, tollFree, global."),
        ("smtp.host = 25", "'25' must be text that is not empty."),
    ],
)
def test_what_a_setting_may_be_is_said_in_words_and_not_in_types(
    tmp_path: Path, line: str, words: str
) -> None:
    plain = 'public_url = "https://id.example.org"\norganisation.name = "Contoso"\n'
    (tmp_path / FILE_NAME).write_text(f"{plain}{line}\n")
    with pytest.raises(SettingsError) as refused:
        read_settings(tmp_path, {})
    assert refused.value.problem == words
