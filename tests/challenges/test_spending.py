import asyncio
import logging

import pytest

from proofup.challenges.spending import Use, raise_alarms, uses
from proofup.cli.upkeep import look_at_budgets
from proofup.policy.budgets import Budget
from proofup.policy.limits import Charge
from proofup.values.errors import StoreBusyError
from world import World

pytestmark = pytest.mark.anyio


async def spend(world: World, many: int) -> None:
    limit = world.texts.service_limit
    key = world.room.counter_key(limit.name, "all")
    await world.room.counters.charge(Charge(key=key, limit=limit, weight=many), at=world.now)


@pytest.fixture(autouse=True)
def hundred_a_day(world: World) -> None:
    world.texts = Budget(per_day=100)
    world.calls = Budget(kind="calls", per_day=0, spend_per_day=5000)


async def test_SM4_what_is_spent_is_told_for_each_budget(world: World) -> None:
    await spend(world, 7)
    assert await uses(world.room, at=world.now) == [
        Use(budget="textsService", spent=7, most=100),
        Use(budget="textsServiceOther", spent=0, most=50),
        Use(budget="callsService", spent=0, most=0),
        Use(budget="callsServiceOther", spent=0, most=0),
        Use(budget="callsSpend", spent=0, most=5000),
        Use(budget="callsSpendOther", spent=0, most=2500),
    ]
    world.later(days=1)
    assert {use.spent for use in await uses(world.room, at=world.now)} == {0}


async def test_SM4_at_80_percent_there_is_one_alarm_in_a_window(world: World) -> None:
    await spend(world, 79)
    assert await raise_alarms(world.room, at=world.now) == []
    await spend(world, 1)
    near = [Use(budget="textsService", spent=80, most=100)]
    assert await raise_alarms(world.room, at=world.now) == near
    await spend(world, 20)
    assert await raise_alarms(world.room, at=world.now) == []
    world.later(days=1, seconds=1)
    await spend(world, 90)
    (again,) = await raise_alarms(world.room, at=world.now)
    assert again.percent == 90


@pytest.mark.both_engines
async def test_SM4_of_many_nodes_one_raises_the_alarm(world: World) -> None:
    await spend(world, 80)
    raised = await asyncio.gather(*(raise_alarms(world.room, at=world.now) for _ in range(8)))
    assert sorted(map(len, raised)) == [0, 0, 0, 0, 0, 0, 0, 1]


async def test_SM4_an_alarm_is_a_warning_with_the_budget_and_its_share(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await spend(world, 85)
    for _ in range(2):
        await look_at_budgets(world.room, lambda: world.now)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert (vars(record)["budget"], vars(record)["percent"]) == ("textsService", 85)

    async def away(*_: object) -> None:
        raise StoreBusyError

    monkeypatch.setattr(world.store.engine, "rows", away)
    await look_at_budgets(world.room, lambda: world.now)
    assert caplog.messages[1:] == ["budgets cannot be looked at: StoreBusyError"]
