"""Who can be in a job, and who may do something to everybody."""

import pytest
from msgspec.structs import replace

from administration.conftest import Administrator
from proofup.administration.job import Because, Item
from proofup.administration.jobs.running import planned
from proofup.administration.jobs.starting import proposed
from proofup.policy.may_act import may_act_on_all
from proofup.policy.permissions import Permission
from proofup.values.ids import UserId
from world import World

pytestmark = pytest.mark.anyio
SEEING = Permission.SEE_NUMBERS


async def test_somebody_who_is_gone_is_unknown_to_a_job(world: World) -> None:
    job = proposed(world.administration, world.host, "reset-methods", {}, "Why", at=world.now)
    gone = Item(number=2, name="gone", user_id=UserId("gone"))
    act = await planned(world.administration, job, world.host, gone, at=world.now)
    assert act.done.because is Because.UNKNOWN


async def test_a_role_acts_on_everybody_unless_it_is_restricted(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    assert may_act_on_all(world.host, SEEING)
    assert may_act_on_all(actor, SEEING)
    assert not may_act_on_all(replace(actor, scopes=frozenset()), SEEING)
    assert may_act_on_all(replace(actor, scopes=frozenset({SEEING})), SEEING)
    assert not may_act_on_all(replace(actor, roles=frozenset()), SEEING)
