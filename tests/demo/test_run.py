import asyncio
import socket
import stat
from pathlib import Path

import pytest
from demo.organisation import (
    APPLICATION_FILE,
    MARKER,
    PreparationError,
    client_id,
    environment,
    prepare,
    widest_limits,
)
from demo.people import PEOPLE, keep, kept, with_passwords
from demo.run import DemoError, Ports, end, first_of, refuse_taken, start

from proofup.policy.figures import in_force

OWN = "http://localhost:8081"


def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(DemoError, match=f"Port {port} is in use") as refusal:
            refuse_taken(Ports(service=0, phone=port, smtp=0))
        assert "make run PORT=1000" in str(refusal.value)


def test_a_program_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    async def story() -> None:
        words = ["-c", "print('I know a secret'); raise SystemExit('and cannot go on')"]
        program = await start("The service", words, tmp_path / "log", {})
        with pytest.raises(DemoError, match="The service ended by itself") as death:
            await first_of(None, asyncio.Event(), [program])
        assert "and cannot go on" in str(death.value)
        await end(program)  # nothing to end any more

    asyncio.run(story())


def test_a_program_that_does_not_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.run.STARTING_SECONDS", 0)

    async def story() -> None:
        program = await start("The service", ["-c", "input()"], tmp_path / "log", {})
        never = asyncio.create_task(asyncio.Event().wait())
        with pytest.raises(DemoError, match="did not start"):
            await first_of(never, asyncio.Event(), [program])
        await end(program)

    asyncio.run(story())


def test_a_program_that_will_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.run.STOPPING_SECONDS", 0.05)
    script = (
        "import signal; signal.signal(15, signal.SIG_IGN); print(1, flush=True); signal.pause()"
    )

    async def story() -> None:
        program = await start("The service", ["-c", script], tmp_path / "log", {})
        while not program.log.read_text():  # noqa: ASYNC110 - until it has said that it is deaf
            await asyncio.sleep(0.01)
        await end(program)
        assert program.process.returncode == -9

    asyncio.run(story())


def test_people_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    people = with_passwords(PEOPLE)
    assert len({person.password for person in people}) == len(people)
    assert all(len(person.password) == 19 for person in people)
    keep(people, tmp_path / "people.json")
    assert stat.S_IMODE((tmp_path / "people.json").stat().st_mode) == 0o600
    assert kept(tmp_path / "people.json") == people


def test_a_folder_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(PreparationError, match="is no demo"):
        prepare(tmp_path, "http://localhost:8080", OWN)
    assert (tmp_path / "thesis.txt").read_text() == "irreplaceable"


def test_a_folder_that_is_whole_is_left_as_it_is(tmp_path: Path) -> None:
    people = with_passwords(PEOPLE)
    (tmp_path / MARKER).touch()
    keep(people, tmp_path / "people.json")
    (tmp_path / APPLICATION_FILE).write_text(f'{{"clientId": "c-1", "ownUrl": "{OWN}"}}')
    assert prepare(tmp_path, "http://localhost:8080", OWN) == people
    assert client_id(tmp_path) == "c-1"


def test_every_limit_is_as_wide_as_it_may_be() -> None:
    told = dict(one.removeprefix("limits.").split("=") for one in widest_limits())
    settable = {limit.name: limit for limit in in_force().values() if limit.bounds}
    assert set(told) == set(settable)
    assert int(told["passwordAccountNetwork"]) > settable["passwordAccountNetwork"].most
    assert int(told["textAgain"]) < settable["textAgain"].figure


def test_the_service_is_told_where_the_phone_and_the_mailbox_are(tmp_path: Path) -> None:
    (tmp_path / "carrier.secret").write_text("drawn\n")
    settings = environment(tmp_path, phone_port=1, smtp_port=2)
    for kind in ("TEXTS", "CALLS"):
        assert settings[f"PROOFUP_{kind}__WEBHOOK"] == "http://localhost:1/orders"
        assert settings[f"PROOFUP_{kind}__SECRET"] == "drawn"
    assert settings["PROOFUP_SMTP__PORT"] == "2"
