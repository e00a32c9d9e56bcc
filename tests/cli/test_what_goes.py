"""What the host's commands take from a person, each judged by the next sign-in."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

import what_goes
from host_commands import Proofup
from proofup.authentication.password import PasswordRefused, submit_password
from proofup.cli.opening import opened
from proofup.values.secret import Secret
from what_goes import GONE, ROBIN, Before, Left
from world import PASSWORD, World

T = TypeVar("T")

WHY = ("--reason", "The phone was lost")
COMMANDS: dict[str, tuple[str, ...]] = {
    "require re-register": ("user", "require-registration", ROBIN, *WHY),
    "revoke sessions": ("user", "sign-out", ROBIN),
    "reset password": ("user", "set-password", ROBIN, "--json"),
    "disable per-user MFA": ("user", "set-mfa", ROBIN, "disabled"),
    "delete the phone": ("user", "delete-method", ROBIN, "phone +XX XXXXXXXX67"),
    "forget browsers": ("user", "forget-browsers", ROBIN),
    "delete app passwords": ("user", "delete-app-passwords", ROBIN),
    "lost device": ("user", "lost-device", ROBIN, *WHY),
    "block": ("user", "block", ROBIN, *WHY),
}


def within(folder: Path, look: Callable[[World], Awaitable[T]]) -> T:
    """Return what ``look`` does in the service between two commands."""

    async def inside() -> T:
        async with opened(folder) as service:
            world = World(
                store=service.store,
                entropy=os.urandom,
                hashing=service.hashing,
                now=datetime.now(UTC),
            )
            return await look(world)

    return asyncio.run(inside())


def test_every_act_of_the_table_has_its_command() -> None:
    assert COMMANDS.keys() == GONE.keys()


@pytest.mark.parametrize("act", GONE)
def test_DEL_01_to_03_and_05_and_07_to_12_what_each_act_takes_and_what_it_leaves(
    service: Proofup, folder: Path, act: str
) -> None:
    before: Before = within(folder, what_goes.prepared)
    assert service("user", "issue-pass", ROBIN).code == 0
    said = service(*COMMANDS[act])
    assert said.code == 0, said.err
    new = said.facts["password"] if act == "reset password" else None

    async def look(world: World) -> Left:
        if new is not None:
            _, sign_in = await world.begin(ROBIN)
            old = await submit_password(world.sign_in, sign_in, Secret(PASSWORD), at=world.now)
            assert isinstance(old, PasswordRefused)
        return await what_goes.left(world, before, new_password=new)

    assert within(folder, look).gone == GONE[act]


def test_CMP_09_a_lost_device_is_told_line_by_line(service: Proofup, folder: Path) -> None:
    within(folder, what_goes.prepared)
    assert service(*COMMANDS["lost device"]).out == (
        f"{ROBIN} is signed out everywhere.\n"
        "Deleted: softwareOath, phone +XX XXXXXXXX12, phone +XX XXXXXXXX67, phone +XX XXXXXXXX18.\n"
        "Deactivated: hardwareOath A-1.\n"
        "Browsers forgotten: 1. Sessions ended: 1.\n"
        "App passwords deleted: mail.\n"
        "Still there: the password, email r***@example.org, fido2 Key.\n"
    )
    assert service(*COMMANDS["lost device"], "--json").facts["cleared"] == []
    again = service(*COMMANDS["forget browsers"])
    assert again.out == f"{ROBIN} is asked for a second proof again. Browsers forgotten: 0.\n"


def test_what_would_stay_goes_with_a_lost_device_where_it_is_named(
    service: Proofup, folder: Path
) -> None:
    within(folder, what_goes.prepared)
    wrong = service(*COMMANDS["lost device"], "--also", "pager")
    assert "'pager' is none of them" in wrong.err
    said = service(*COMMANDS["lost device"], "--also", "fido2", "--also", "email")
    assert "fido2 Key" in said.out.partition("Browsers")[0]
    assert said.out.endswith("Still there: the password.\n")
