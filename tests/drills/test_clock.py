"""Drill D10: the clock jumps, drifts and differs between nodes, while people sign in by apps.

The doors are asked by HTTP; the clock is the world's.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from journeys.steps import PHONE, ROBIN, is_signed_in, to_challenge
from proofup.assembly.service import Service, build
from proofup.config.settings import Settings
from proofup.directory.users import Person
from proofup.storage.statements import touched
from proofup.values.secret import Secret
from proofup.web.public_url import PublicUrl
from visitor import ORIGIN, Page, Visitor
from world import World

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
DAY = 24 * 60 * 60
JUMPS = {"hour": 3600, "hour back": -3600, "day": DAY, "day back": -DAY, "leap": 1, "leap back": -1}

NewNode = Callable[[timedelta], Service]


@pytest.fixture
def new_node(world: World) -> NewNode:
    """Make nodes on the world's store whose clocks differ from the world's by given amounts."""
    settings = Settings(
        folder=Path(),
        public_url=PublicUrl.of(ORIGIN),
        database=Secret("sqlite:///unused"),
        key_file=Path("unused"),
        organisation=world.organisation,
    )

    def node(skew: timedelta) -> Service:
        def clock() -> datetime:
            return world.now + skew

        return build(settings, world.store, world.hashing, clock=clock, entropy=world.entropy)

    return node


@pytest.fixture
def node(new_node: NewNode) -> Service:
    return new_node(timedelta(0))


@pytest.fixture
def visitor(node: Service) -> Visitor:
    return Visitor(node.app)


@pytest.fixture
async def robin(world: World) -> Person:
    return await world.person(phone=PHONE, apps=1)


async def typed(visitor: Visitor, code: str) -> Page:
    """Start a new sign-in, and type ``code`` as the app's code."""
    if is_signed_in(visitor.page):
        await visitor.send("/signout")
    await to_challenge(visitor, name=ROBIN)
    return await visitor.send("/signin/challenge", code=code)


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
async def test_D10_no_used_code_is_good_again_wherever_the_clock_jumps(
    world: World, node: Service, visitor: Visitor, robin: Person, jump: int
) -> None:
    used = await world.app_code(robin.user.id)
    assert is_signed_in(await typed(visitor, used))
    world.later(seconds=jump)
    other = Visitor(node.app, address="198.51.100.7")
    assert not is_signed_in(await typed(other, used))
    world.later(seconds=-jump)
    assert not is_signed_in(await typed(other, used))
    # An hour later everything works again: a new code is accepted.
    world.later(hours=2)
    assert is_signed_in(await typed(other, await world.app_code(robin.user.id)))


async def test_D10_a_session_is_neither_immortal_nor_dead_after_a_jump(
    world: World, visitor: Visitor, robin: Person
) -> None:
    assert is_signed_in(await typed(visitor, await world.app_code(robin.user.id)))
    world.later(seconds=-3600)
    assert is_signed_in(await visitor.open("/security-info"))
    world.later(seconds=3600)
    assert is_signed_in(await visitor.open("/security-info"))
    for _ in range(60):  # somebody who never rests
        world.later(minutes=30)
        page = await visitor.open("/security-info")
        if not is_signed_in(page):
            break
    assert not is_signed_in(page)


async def test_D10_slow_drift_and_the_end_of_summer_change_nothing(
    world: World, visitor: Visitor, robin: Person
) -> None:
    """Instants are UTC, so a summer ends like any other night."""
    world.now = world.now.replace(month=10, day=25, hour=0, minute=30)
    for _ in range(4):
        assert is_signed_in(await typed(visitor, await world.app_code(robin.user.id)))
        world.later(minutes=30, seconds=0.7)


async def test_D10_nodes_whose_clocks_differ_never_take_one_code_twice(
    world: World, new_node: NewNode, robin: Person
) -> None:
    taken: list[str] = []
    nodes = [new_node(timedelta(seconds=skew)) for skew in (-90, 90)]
    for steps in range(-4, 5):
        code = await world.app_code(robin.user.id, steps=steps)
        for number, one in enumerate(nodes):
            visitor = Visitor(one.app, address=f"198.51.{100 + steps}.{number}")
            if is_signed_in(await typed(visitor, code)):
                taken.append(code)
        await world.store.engine.write(lambda: touched("DELETE FROM counters"))
    assert taken
    assert len(taken) == len(set(taken))
