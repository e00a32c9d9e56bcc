"""Drill D22: every key is changed while people sign in, and the command is killed in between."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from drills.writer import PLENTY, code_in
from postgres import Server
from proofup.authentication.dispatcher import standing
from proofup.authentication.issuing import Proven
from proofup.authentication.password import submit_password
from proofup.authentication.second_proof import ask, prove
from proofup.authentication.signin import SignIn
from proofup.cli import upkeep
from proofup.cli.opening import opened
from proofup.cli.rotate_keys import KNOWN_AFTER
from proofup.cli.upkeep import KeyWatch
from proofup.config.key_file import read_key
from proofup.hashing.pool import Argon2idPool
from proofup.policy.budgets import Budget
from proofup.storage.maintenance.rotation import RESTS, Rotation
from proofup.values.client import Client
from proofup.values.sealing import KeyPurpose
from proofup.values.secret import Secret
from unmeasured import unmeasured
from world import CHEAP, PASSWORD, World

pytestmark = pytest.mark.slow
ROUNDS = os.environ.get("PROOFUP_DRILL_ROUNDS")
KILLS = int(ROUNDS or 1)
# In the short form servers look for keys HURRY times as often, and the command waits less.
HURRY = 1 if ROUNDS else 3
LONGEST_SECONDS = 1 + 2 * KNOWN_AFTER.total_seconds() / HURRY  # of a command that is let be
PROGRAM = f"""
from proofup.cli import main, rotate_keys
rotate_keys.KNOWN_AFTER /= {HURRY}
main()
"""
FOR_EVER = {KeyPurpose.AUDIT, KeyPurpose.PEPPER}  # entries stay, and nobody here signs in again


@pytest.fixture
def database(request: pytest.FixtureRequest, engine_name: str) -> tuple[str, ...]:
    if engine_name == "sqlite":
        return ()
    server: Server = request.getfixturevalue("durable_server")
    return ("--database", server.create("rotation"))


async def command(folder: Path, *words: str, dying_after: float | None = None) -> int:
    """Run a command of the operator, and kill it if told to."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, *words, "--folder", str(folder)),
        stdout=asyncio.subprocess.DEVNULL,
        env=unmeasured(),
    )
    if dying_after is not None:
        try:
            await asyncio.wait_for(process.wait(), dying_after)
        except TimeoutError:
            process.kill()
    return await process.wait()


async def sign_in(world: World, number: int) -> None:
    """Let somebody new sign in by a text, a code of which is answered a moment later."""
    name = f"robin{number}@contoso.test"
    client = Client(address=f"{11 + number // 60000}.{number // 250 % 250}.{number % 250}.7")
    await world.person(name, phone=f"+44 77{number:08}"[:15])
    _, begun = await world.begin(name, client=client)
    proven = await submit_password(world.sign_in, begun, Secret(PASSWORD), at=world.now)
    assert isinstance(proven, SignIn), proven
    here = await standing(world.sign_in, proven, at=world.now)
    asked = await ask(world.sign_in, here, None, at=world.now)
    assert asked
    await asyncio.sleep(0.05)  # the person reads the text, and keys may change meanwhile
    outcome = await prove(world.sign_in, here, code_in(asked), at=world.now)
    assert isinstance(outcome, Proven), outcome


async def drill(folder: Path, drawn: Random) -> int:
    signed_in, done = 0, False
    async with opened(folder) as server:
        store = server.store
        hashing = Argon2idPool(store.keys, entropy=os.urandom, cost=CHEAP, cores=1)
        budget = Budget(per_day=PLENTY, per_day_and_country=PLENTY)
        world = World(store=store, entropy=os.urandom, hashing=hashing, texts=budget, now=server.at)

        async def people() -> None:
            nonlocal signed_in
            while not done:
                await sign_in(world, signed_in)
                signed_in += 1

        watch = asyncio.create_task(KeyWatch(store, folder / "key").keep())
        load = asyncio.create_task(people())
        for _ in range(KILLS):
            after = drawn.uniform(0.3, 2)
            await command(folder, "rotate-keys", "--key-encryption-key", dying_after=after)
            assert await command(folder, "rotate-keys", "--prune") == 0
            after = drawn.uniform(1, LONGEST_SECONDS)
            await command(folder, "rotate-keys", "--data-keys", dying_after=after)
        assert await command(folder, "rotate-keys", "--key-encryption-key", "--prune") == 0
        assert await command(folder, "rotate-keys", "--data-keys") == 0
        done = True
        await load
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        assert await store.audit.verify() is None
        key = read_key(folder / "key").reveal()
        rotation = Rotation(store=store, key_encryption_key=key, entropy=os.urandom)
        await rotation.look()
        old = await rotation.old_keys(at=server.at + RESTS + timedelta(days=40))
        assert old
        assert {one.purpose for one in old if one.needed} <= FOR_EVER
        hashing.close()
    return signed_in


def test_D22_every_key_is_changed_under_load_and_kills(
    tmp_path: Path, database: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Takes longer than 5 s: a rotation waits twice until every server knows the new keys."""
    monkeypatch.setattr(upkeep, "KEYS_PAUSE", upkeep.KEYS_PAUSE / HURRY)
    drawn = Random(len(database))  # noqa: S311 - to fail again alike, and on each engine elsewhere
    monkeypatch.setenv("PROOFUP_HASHING__MEMORY_MIB", "19")
    monkeypatch.setenv("PROOFUP_HASHING__PASSES", "2")
    folder = tmp_path / "service"
    words = ("--organisation", "Contoso", "--public-url", "https://id.contoso.test")
    admin = ("--admin", "kim.larsen@contoso.test")
    assert asyncio.run(command(folder, "init", *words, *admin, *database)) == 0
    assert asyncio.run(drill(folder, drawn)) > 20
    assert asyncio.run(command(folder, "audit", "verify")) == 0
