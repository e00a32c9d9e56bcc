"""The keys that sign: made when first needed, and renewed in time."""

import pytest

from proofup.assembly.granting import granting_ports
from world import World, one_key

pytestmark = pytest.mark.anyio


@pytest.mark.both_engines
async def test_the_first_key_signs_at_once_and_stays(world: World) -> None:
    first = await world.granting.keys.signing(world.now)
    world.later(minutes=2)
    assert await world.granting.keys.signing(world.now) == first
    other = granting_ports(world.settings, world.store, world.room, make_key=one_key)
    assert await other.keys.signing(world.now) == first


async def test_the_next_key_is_published_a_day_before_it_signs(world: World) -> None:
    first = await world.granting.keys.signing(world.now)
    world.later(days=89)
    published = await world.granting.keys.published(world.now)
    assert [one.number for one in published] == [1, 2]
    assert await world.granting.keys.signing(world.now) == first
    world.later(hours=24)
    assert await world.granting.keys.signing(world.now) == published[1]
    await world.store.cleanup(world.later(hours=47))
    assert len(await world.granting.keys.published(world.now)) == 2
    await world.store.cleanup(world.later(hours=2))
    assert len(await world.granting.keys.published(world.now)) == 1


@pytest.mark.both_engines
async def test_of_two_processes_that_make_a_key_one_wins(world: World) -> None:
    other = granting_ports(world.settings, world.store, world.room, make_key=one_key)
    await other.keys.published(world.now)
    world.later(days=89)
    await world.granting.keys.published(world.now)
    mine = await world.granting.keys.published(world.now)
    theirs = await other.keys.published(world.now)
    assert [one.id for one in mine] == [one.id for one in theirs]


async def test_a_service_that_slept_signs_with_a_new_key_when_it_wakes(world: World) -> None:
    first = await world.granting.keys.signing(world.now)
    world.later(days=400)
    assert await world.granting.keys.signing(world.now) == first
    world.later(hours=24)
    assert (await world.granting.keys.signing(world.now)).number == 2
