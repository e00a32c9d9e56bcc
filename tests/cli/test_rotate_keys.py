import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from host_commands import ADMIN, Proofup
from proofup.cli.opening import opened
from proofup.cli.upkeep import KeyWatch
from proofup.config.key_file import next_key_file, read_key, write_new_key
from proofup.delivery.vapid import server_key
from proofup.methods.microsoft_authenticator import MicrosoftAuthenticator
from proofup.methods.registered_methods import AddMethod, NewMethod, UpdateMethod
from proofup.storage.store import Store
from proofup.values.ids import MethodId, UserId
from proofup.values.messages import Subscription
from proofup.values.sealing import KeyPurpose, fingerprint

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands wait for no server: there is none."""
    monkeypatch.setattr("proofup.cli.rotate_keys.KNOWN_AFTER", timedelta(0))


def name_of(file: Path) -> str:
    return fingerprint(read_key(file).reveal())


def test_KE2_another_key_file_takes_the_place_of_the_old_one(
    service: Proofup, folder: Path
) -> None:
    old = name_of(folder / "key")
    facts = service("rotate-keys", "--key-encryption-key", "--json").facts
    assert facts == {
        "keyEncryptionKey": name_of(folder / "key"),
        "oldKeyFile": str(folder / f"key.{old}"),
    }
    assert name_of(folder / f"key.{old}") == old != facts["keyEncryptionKey"]
    assert not next_key_file(folder / "key").exists()
    assert service("user", "show", ADMIN).code == 0
    # Both open it until the old one is forgotten.
    new_key = (folder / "key").read_bytes()
    (folder / "key").write_bytes((folder / f"key.{old}").read_bytes())
    assert service("user", "show", ADMIN).code == 0
    refused = service("rotate-keys", "--data-keys", "--json").refusal
    assert "--prune" in refused["fix"]
    (folder / "key").write_bytes(new_key)
    assert service("rotate-keys", "--prune", "--json").facts["oldKeyFilesRefused"] is True
    (folder / "key").write_bytes((folder / f"key.{old}").read_bytes())
    refused = service("user", "show", ADMIN, "--json").refusal
    assert (refused["field"], old in refused["problem"]) == ("key_file", True)


def test_KE2_a_key_that_was_drawn_before_a_crash_is_the_one_that_is_used(
    service: Proofup, folder: Path
) -> None:
    drawn = fingerprint(write_new_key(folder / "key.new", os.urandom).reveal())
    assert service("rotate-keys", "--key-encryption-key").code == 0
    assert name_of(folder / "key") == drawn
    said = service("rotate-keys", "--prune")
    assert "Only the key file that is there" in said.out


def test_KE2_every_data_key_is_changed_and_the_log_stays_whole(
    service: Proofup, folder: Path
) -> None:
    service(
        "user",
        "add",
        "r@contoso.test",
        "--display-name",
        "R",
        "--authentication-phone",
        "+447700900067",
    )
    facts = service("rotate-keys", "--data-keys", "--json").facts
    assert set(facts["dataKeys"]) == set(KeyPurpose)
    assert facts["sealedAgain"] == 1
    assert service("user", "show", "r@contoso.test", "--json").facts["methods"]
    assert service("audit", "verify").code == 0
    kept = service("rotate-keys", "--prune", "--json").facts
    assert kept["removed"] == []
    assert len(kept["kept"]) == len(KeyPurpose)
    assert "stays" in service("rotate-keys", "--prune").out


def test_the_key_that_wakes_devices_stays_until_their_apps_have_taken_the_new_one(
    service: Proofup, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.storage.maintenance.rotation.RESTS", timedelta(0))
    app = MicrosoftAuthenticator()
    robin = ("r@contoso.test", "--display-name", "R")
    assert service("user", "add", *robin).code == 0
    user_id = UserId(service("user", "show", robin[0], "--json").facts["id"])
    held = app.candidate(
        {},
        NewMethod(id=MethodId("d-1"), user_id=user_id, slot="authenticator.1", at=NOON),
        os.urandom,
    )

    async def subscribes(*, add: bool) -> None:
        async with opened(folder) as server:
            place = Subscription(
                endpoint="https://push.example/1",
                p256dh=b"p",
                auth=b"a",
                server_key=server_key(server.store.keys),
            )
            if add:
                await server.store.commit(AddMethod(method=app.subscribed(held, place)))
                return
            (stored,) = await server.store.methods.of_user(user_id)
            await server.store.commit(UpdateMethod(method=app.subscribed(stored, place)))

    def finding() -> Any:
        facts = service("doctor", "--json").facts
        return next(one for one in facts["findings"] if one["what"] == "keys for push services")

    asyncio.run(subscribes(add=True))
    assert finding()["words"] == "there is one, and no older one"
    service("rotate-keys", "--data-keys", "vapid")
    assert (finding()["health"], finding()["words"]) == (
        "ok",
        "1 device subscribed with an older one",
    )
    assert "when it is opened" in finding()["fix"]
    facts = service("rotate-keys", "--prune", "--json").facts
    assert facts["removed"] == []
    assert "1 device is woken with it until the app is opened there" in facts["kept"][0]["because"]
    asyncio.run(subscribes(add=False))
    assert finding()["health"] == "warn"
    assert "--prune" in finding()["fix"]
    (gone,) = service("rotate-keys", "--prune", "--json").facts["removed"]
    assert gone["purpose"] == "vapid"
    service("rotate-keys", "--data-keys", "vapid")
    monkeypatch.setattr("proofup.cli.push_keys.WAKES_FOR", timedelta(0))
    assert service("rotate-keys", "--prune", "--json").facts["kept"] == [], (
        "it was kept long enough"
    )


def test_one_purpose_may_be_named(service: Proofup) -> None:
    said = service("rotate-keys", "--data-keys", "pepper")
    assert "new keys for pepper" in said.out


def test_there_may_be_nothing_to_forget(service: Proofup) -> None:
    assert "no old key" in service("rotate-keys", "--prune").out


@pytest.mark.parametrize(
    ("arguments", "field"), [((), "rotate-keys"), (("--data-keys", "peper"), "--data-keys")]
)
def test_what_makes_no_sense_is_refused(
    service: Proofup, arguments: tuple[str, ...], field: str
) -> None:
    said = service("rotate-keys", *arguments, "--json")
    assert (said.code, said.refusal["field"]) == (1, field)


def test_a_folder_that_cannot_be_written_is_refused(
    service: Proofup, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("proofup.cli.rotate_keys.write_new_key", full)
    refused = service("rotate-keys", "--key-encryption-key", "--json").refusal
    assert "No space left" in refused["problem"]
    assert service("user", "show", ADMIN).code == 0


def test_KE2_a_server_learns_of_new_keys_and_of_a_new_key_file(
    service: Proofup, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    async def serve() -> None:
        async with opened(folder) as server:
            store: Store = server.store
            watch = KeyWatch(store, folder / "key")
            await watch.look()
            assert caplog.messages == []
            before = store.keys.current(KeyPurpose.CODES)
            await asyncio.to_thread(service, "rotate-keys", "--key-encryption-key", "--prune")
            await watch.look()
            assert caplog.messages == [], "data keys are the same"
            await asyncio.to_thread(service, "rotate-keys", "--data-keys")
            (folder / "key").rename(folder / "away")
            await watch.look()
            await watch.look()
            assert caplog.messages == ["keys cannot be looked at: SettingsError"]
            (folder / "away").rename(folder / "key")
            await watch.look()
            assert caplog.messages[1:] == ["keys were changed, and are known"]
            assert store.keys.current(KeyPurpose.CODES) != before

    asyncio.run(serve())
