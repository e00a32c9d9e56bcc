"""A job that is killed again and again does everything once."""

import csv
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from browser.outside import free_port
from unmeasured import unmeasured

pytestmark = pytest.mark.slow
PEOPLE = 1_500
KILLED_BEHIND = (100, 400, 800)  # people who are done
PATIENCE = 0.005  # seconds between two looks at how far it is
FINISHED = "SELECT COUNT(*) FROM jobs WHERE state = 'finished'"
DONE = "SELECT COUNT(*) FROM job_items WHERE state = 'done'"
NOT_ONCE = """
SELECT COUNT(*) FROM job_items i JOIN accounts a ON a.user_id = i.user_id
WHERE a.epoch <> 1 OR i.state <> 'done'
    OR (SELECT COUNT(*) FROM kept_methods k WHERE k.user_id = i.user_id) <> 1
    OR (SELECT COUNT(*) FROM audit_log l WHERE l.target_id = i.user_id
        AND l.text LIKE '%"methodsReset"%') <> 1
    OR EXISTS (SELECT 1 FROM authentication_methods m WHERE m.user_id = i.user_id)
"""


def proofup(
    *words: str | Path, environment: Mapping[str, str] | None = None
) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "proofup", *words],
        env=unmeasured() | dict(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # nobody reads it, and a full pipe is waited for
        text=True,
    )


def end(*words: str | Path) -> str:
    running = proofup(*words)
    said, _ = running.communicate()
    assert running.returncode == 0, said
    return said


def name_of(number: int) -> str:
    return f"robin.{number}@contoso.test"


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """Give the folder of a service with people who have a phone each."""
    folder, people = tmp_path / "service", tmp_path / "people.csv"
    end(
        *("init", "--folder", folder, "--admin", "kim@contoso.test"),
        *("--organisation", "Contoso", "--public-url", "https://id.contoso.test"),
    )
    with people.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["userPrincipalName", "displayName", "authenticationPhone"])
        for number in range(PEOPLE):
            rows.writerow([name_of(number), "Robin Ashby", f"+44 7{400_000_000 + number}"])
    end("import", "users", people, "--folder", folder)
    return folder


def count(service: Path, sql: str) -> int:
    with closing(sqlite3.connect(service / "proofup.db")) as connection:
        return int(connection.execute(sql).fetchone()[0])


def kill(running: "subprocess.Popen[str]", service: Path, behind: int) -> None:
    """Kill a command of the service as soon as so many people are done."""
    while count(service, DONE) < behind:
        assert running.poll() is None, "it came to its end before"
        time.sleep(PATIENCE)
    running.kill()
    running.communicate()


def test_D1_a_server_takes_up_a_job_that_was_cut_off_and_so_does_the_next_server(
    service: Path, tmp_path: Path
) -> None:
    names = tmp_path / "names.csv"
    names.write_text("\n".join(["userPrincipalName", *map(name_of, range(PEOPLE))]))
    kill(
        proofup(
            *("jobs", "start", "reset-methods", "--file", names, "--folder", service),
            *("--reason", "A drill"),
        ),
        service,
        KILLED_BEHIND[0],
    )
    environment = {"PROOFUP_LISTEN": f"127.0.0.1:{free_port()}"}
    for behind in KILLED_BEHIND[1:]:
        kill(proofup("serve", "--folder", service, environment=environment), service, behind)
    last = proofup("serve", "--folder", service, environment=environment)
    while count(service, FINISHED) == 0:
        assert last.poll() is None, "it came to its end before"
        time.sleep(0.1)
    last.kill()
    last.communicate()
    assert count(service, DONE) == PEOPLE
    assert count(service, NOT_ONCE) == 0
    end("audit", "verify", "--folder", service)


def test_D1_a_job_that_is_killed_and_resumed_does_nothing_twice(
    service: Path, tmp_path: Path
) -> None:
    names = tmp_path / "names.csv"
    names.write_text("\n".join(["userPrincipalName", *map(name_of, range(PEOPLE))]))
    kill(
        proofup(
            *("jobs", "start", "reset-methods", "--file", names, "--folder", service),
            *("--reason", "A drill"),
        ),
        service,
        KILLED_BEHIND[0],
    )
    job = end("jobs", "list", "--folder", service).split()[0]
    for behind in KILLED_BEHIND[1:]:
        kill(proofup("jobs", "resume", job, "--folder", service), service, behind)
    end("jobs", "resume", job, "--folder", service)
    assert count(service, DONE) == PEOPLE
    assert count(service, NOT_ONCE) == 0
    end("audit", "verify", "--folder", service)
    undoing = proofup("jobs", "undo", job, "--folder", service)
    while count(service, DONE) > PEOPLE - KILLED_BEHIND[0]:
        assert undoing.poll() is None, "it came to its end before"
        time.sleep(PATIENCE)
    undoing.kill()
    undoing.communicate()
    end("jobs", "undo", job, "--folder", service)
    back = "SELECT COUNT(DISTINCT user_id) FROM authentication_methods"
    assert count(service, back) == PEOPLE
    assert count(service, "SELECT COUNT(*) FROM kept_methods") == 0
