"""Each reason why a database cannot be opened has a sentence of its own."""

import sys

import pytest

from host_commands import Proofup
from postgres import Server
from proofup.cli.database_refusals import WORDS
from proofup.storage.postgresql_address import REASONS


def test_every_reason_has_words() -> None:
    assert WORDS.keys() == REASONS.keys()


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("database", "role", "problem"),
    [
        ("nowhere", "postgres", "names a database that the server does not have."),
        ("postgres", "nobody", "names a role that the server does not have."),
    ],
)
def test_a_name_that_the_server_does_not_know(
    init: Proofup, postgres_server: Server, database: str, role: str, problem: str
) -> None:
    url = f"postgresql:///{database}?host={postgres_server.folder}&user={role}"
    said = init("--database", url, "--json")
    assert said.code == 1
    assert said.refusal["field"] == "database"
    assert said.refusal["problem"] == problem


def test_a_server_that_is_down(init: Proofup) -> None:
    said = init("--database", "postgresql:///proofup?host=/nonexistent", "--json")
    assert said.refusal["problem"] == "has no server at its address."
    assert "Start PostgreSQL" in said.refusal["fix"]


def test_a_driver_that_is_not_installed(init: Proofup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg_pool", None)
    said = init("--database", "postgresql://db.contoso.test/proofup", "--json")
    assert "its driver is not installed" in said.refusal["problem"]
    assert said.refusal["fix"] == "Run pip install 'proofup[postgres]'."
