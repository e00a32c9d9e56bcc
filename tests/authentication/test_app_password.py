"""A program signs in with an app password."""

import pytest
from msgspec.structs import replace

from outrun import outrun
from proofup.authentication.app_password import Attempt, ProgramRefusal, sign_in_program
from proofup.directory.app_passwords import LONGEST_TYPED
from proofup.values.errors import StaleError
from proofup.values.ids import CorrelationId
from proofup.values.secret import Secret
from what_goes import prepared
from world import ELSEWHERE, World

pytestmark = pytest.mark.anyio


def attempt(password: Secret[str]) -> Attempt:
    return Attempt(
        name="robin.ashby@contoso.test",
        password=password,
        protocol="imap",
        client=ELSEWHERE,
        correlation_id=CorrelationId("c"),
    )


async def test_one_that_is_deleted_while_a_program_signs_in_opens_nothing(world: World) -> None:
    before = await prepared(world)
    ports, shown = world.sign_in, attempt(before.app_password)
    late = replace(ports, room=outrun(world.room, StaleError()))
    assert await sign_in_program(late, shown, at=world.now) is ProgramRefusal.WRONG
    found = await sign_in_program(ports, shown, at=world.now)
    assert not isinstance(found, ProgramRefusal)


async def test_what_is_far_too_long_is_no_app_password(world: World) -> None:
    before = await prepared(world)
    spread = before.app_password.reveal().ljust(LONGEST_TYPED + 1)
    found = await sign_in_program(world.sign_in, attempt(Secret(spread)), at=world.now)
    assert found is ProgramRefusal.WRONG
