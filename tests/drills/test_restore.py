"""Drill D19: a backup is made under load and restored on a clean host, and people sign in."""

import asyncio
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from drills.test_rotation import command, sign_in
from drills.writer import PLENTY
from postgres import Server, binaries
from proofup.authentication.dispatcher import Standing
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import ProofOutcome, ask, prove
from proofup.cli.opening import Opened, opened
from proofup.hashing.pool import Argon2idPool
from proofup.policy.budgets import Budget
from world import CHEAP, World

pytestmark = pytest.mark.slow
KIM = "kim.app@contoso.test"


def world_of(service: Opened) -> World:
    hashing = Argon2idPool(service.store.keys, entropy=os.urandom, cost=CHEAP, cores=1)
    budget = Budget(per_day=PLENTY, per_day_and_country=PLENTY)
    return World(
        store=service.store, entropy=os.urandom, hashing=hashing, texts=budget, now=service.at
    )


@pytest.fixture
def hosts(
    request: pytest.FixtureRequest,
    engine_name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Path, Path]:
    """Give the folder of a service and that of a clean host with its settings and key."""
    monkeypatch.setenv("PROOFUP_HASHING__MEMORY_MIB", "19")
    monkeypatch.setenv("PROOFUP_HASHING__PASSES", "2")
    first, second = tmp_path / "first", tmp_path / "second"
    words = ("--organisation", "Contoso", "--public-url", "https://id.contoso.test")
    urls: list[str] = []
    if engine_name == "postgresql":
        monkeypatch.setenv("PATH", f"{binaries()}:{os.environ['PATH']}")
        server: Server = request.getfixturevalue("durable_server")
        urls = [server.create("restore_first"), server.create("restore_second")]
    where = ("--database", urls[0]) if urls else ()
    admin = ("--admin", "kim.larsen@contoso.test")
    assert asyncio.run(command(first, "init", *words, *admin, *where)) == 0
    second.mkdir(mode=0o700)
    shutil.copy(first / "key", second)
    text = (first / "proofup.toml").read_text()
    (second / "proofup.toml").write_text(text.replace(urls[0], urls[1]) if urls else text)
    (second / "proofup.toml").chmod(0o600)
    return first, second


async def answered(world: World, here: Standing, code: str) -> ProofOutcome:
    await ask(world.sign_in, here, None, at=world.now)
    return await prove(world.sign_in, here, code, at=world.now)


async def drill(first: Path, second: Path, file: Path) -> int:
    signed_in, done = 0, False
    async with opened(first) as service:
        world = world_of(service)
        kim = await world.person(KIM, apps=1)

        async def people() -> None:
            nonlocal signed_in
            while not done:
                await sign_in(world, signed_in)
                signed_in += 1

        load = asyncio.create_task(people())
        assert await command(first, "backup", str(file)) == 0
        done = True
        await load
        spent = await world.app_code(kim.user.id)
        _, here = await world.with_password(KIM)
        assert isinstance(await answered(world, here, spent), Proven)
        secrets = world.secrets
        world.hashing.close()
    assert await command(second, "restore", str(file)) == 0
    async with opened(second) as service:
        world = world_of(service)
        world.secrets = secrets
        _, here = await world.with_password(KIM)
        assert not isinstance(await answered(world, here, spent), Proven)
        world.now += timedelta(minutes=2)
        _, here = await world.with_password(KIM)
        outcome = await answered(world, here, await world.app_code(kim.user.id))
        assert isinstance(outcome, Proven)
        await sign_in(world, 900_000)
        assert await service.store.audit.verify() is None
        world.hashing.close()
    return signed_in


def test_D19_a_backup_under_load_is_put_back_and_spent_codes_stay_spent(
    hosts: tuple[Path, Path], tmp_path: Path
) -> None:
    assert asyncio.run(drill(*hosts, tmp_path / "backup")) > 0
