"""The files to start from in ``deploy``: each is read by what reads it, where that is installed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from proofup.cli.commands import COMMANDS
from proofup.config.addresses import Listen
from proofup.config.reading import read_settings

TOP = Path(__file__).parents[2]
DEPLOY = TOP / "deploy"
VERIFIER = shutil.which("systemd-analyze")


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_the_sample_settings_are_settings(tmp_path: Path) -> None:
    (tmp_path / "proofup.toml").write_text(text("proofup.toml"), encoding="utf-8")
    settings = read_settings(tmp_path, {})
    assert settings.smtp
    assert len(settings.trusted_proxies) == 1
    commented = re.sub(r"^# (\[texts\]|\w+ = .*)$", r"\1", text("proofup.toml"), flags=re.MULTILINE)
    (tmp_path / "proofup.toml").write_text(commented, encoding="utf-8")
    (tmp_path / "proofup.toml").chmod(0o600)
    assert read_settings(tmp_path, {"PROOFUP_TEXTS__SECRET": 40 * "x"}).texts


@pytest.mark.skipif(VERIFIER is None, reason="systemd-analyze is not installed")
def test_the_unit_is_a_unit(tmp_path: Path) -> None:
    unit = tmp_path / "proofup.service"
    here = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", text(unit.name), flags=re.MULTILINE)
    unit.write_text(re.sub(r"^(User|Group)=.*$", r"\1=root", here, flags=re.MULTILINE))
    verified = subprocess.run(
        [str(VERIFIER), "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert unit.name not in verified.stderr, verified.stderr
    assert verified.returncode == 0


def test_the_unit_waits_for_a_database_that_comes_later() -> None:
    unit = text("proofup.service")
    for line in ("Restart=on-failure", "RestartSec=5", "StartLimitIntervalSec=0"):
        assert line in unit


def test_nginx_passes_on_the_host_with_its_port() -> None:
    conf = text("nginx.conf")
    assert conf.count("{") == conf.count("}")
    assert "proxy_set_header Host $http_host;" in conf
    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in conf


def test_the_image_is_built_from_files_that_are_there_and_does_not_run_as_root() -> None:
    lines = text("Containerfile").replace("\\\n", " ").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK"}
    assert {step for step, _ in steps} == known | {"ENTRYPOINT", "CMD"}
    for step, rest in steps:
        if step == "COPY" and not rest.startswith("--from"):
            assert all((TOP / source).exists() for source in rest.split()[:-1])
    assert [rest for step, rest in steps if step == "USER"] == ["10001"]
    (environment,) = [rest for step, rest in steps if step == "ENV"]
    variables = dict(one.split("=", 1) for one in environment.split())
    assert Listen.of(variables["PROOFUP_LISTEN"]) == Listen("::", 8080)
    (command,) = [rest for step, rest in steps if step == "CMD"]
    assert command.strip('[]"') in COMMANDS


def test_the_image_leaves_out_what_a_checkout_holds_besides() -> None:
    ignored = (TOP / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".venv", ".git", "tests"} <= set(ignored)


def test_the_services_of_the_compose_file_fit_together(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="comes with the clients of `make check`")
    compose = yaml.safe_load(text("compose.yaml"))
    services = compose["services"]
    assert set(services) == {"proofup", "db"}
    proofup = services["proofup"]
    assert (DEPLOY / proofup["build"]["context"] / proofup["build"]["dockerfile"]).is_file()
    assert set(proofup["depends_on"]) <= set(services)
    mounted = {one.partition(":")[0] for one in (*proofup["volumes"], *services["db"]["volumes"])}
    assert mounted == set(compose["volumes"])
    assert proofup["read_only"] is True
    environment = {
        name: value.replace("${POSTGRES_PASSWORD:?set it in .env}", "x").replace(
            "${PROXY_NETWORK:-172.16.0.0/12}", "172.16.0.0/12"
        )
        for name, value in proofup["environment"].items()
    }
    (tmp_path / "proofup.toml").write_text(
        'public_url = "https://id.example.org"\norganisation.name = "Contoso"\n', encoding="utf-8"
    )
    assert read_settings(tmp_path, environment).trusted_proxies
