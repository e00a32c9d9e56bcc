"""The rules of the organisation, judged by what the next sign-in demands."""

import msgspec
import pytest
from msgspec.structs import replace

from administration.conftest import Administrator
from proofup.administration.rules_by_name import BadRuleError, UnknownRuleError
from proofup.administration.set_rules import (
    NothingToRegisterError,
    TooManyMethodsError,
    set_rules,
)
from proofup.policy.actor import Actor
from proofup.policy.decision import RequiredAction
from proofup.policy.rules import Demand, Policy
from proofup.values.errors import NotPermittedError, StaleError
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio


async def test_VOP_01_AUD_11_rules_hold_from_the_next_sign_in_on(
    world: World, administrator: Administrator
) -> None:
    await world.person()
    actor, _ = await administrator()
    told = {"demand": "everyone", "blockDays": "5"}
    after = await world.carry_out(
        set_rules(world.administration, actor, Policy(), told, at=world.now)
    )
    assert after == Policy(demand=Demand.EVERYONE, block_days=5)
    _, here = await world.with_password("robin.ashby@contoso.test")
    assert here.decision
    assert here.decision.required_action is RequiredAction.MUST_REGISTER
    sql = "SELECT text FROM audit_log WHERE text LIKE '%policyChanged%'"
    ((text,),) = await world.store.engine.rows(sql)
    entry = msgspec.json.decode(text)
    assert (entry["actor"], entry["details"]) == (actor.id, {"rules": "demand, blockDays"})


async def test_whoever_may_not_sets_no_rules(world: World, nobody: Actor) -> None:
    with pytest.raises(NotPermittedError):
        set_rules(world.administration, nobody, Policy(), {"blockDays": "5"}, at=world.now)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"graceDay": "3"}, UnknownRuleError),
        ({"graceDays": "many"}, BadRuleError),
        ({"ways": "recoveryCode"}, NothingToRegisterError),
        ({"ways": "voiceOffice"}, NothingToRegisterError),
        ({"ways": "voiceMobile"}, NothingToRegisterError),  # no carrier is set for calls
        ({"ways": "sms", "leastMethods": "2"}, TooManyMethodsError),
    ],
)
async def test_MIN_08_rules_that_would_keep_people_out_are_refused(
    world: World, told: dict[str, str], error: type[Exception]
) -> None:
    room = replace(world.room, served=frozenset({Way("oath"), Way("sms")}))
    ports = replace(world.administration, room=room)
    with pytest.raises(error):
        set_rules(ports, world.host, Policy(), told, at=world.now)


async def test_rules_that_were_set_meanwhile_are_looked_at_again(world: World) -> None:
    acts = [
        set_rules(world.administration, world.host, before, {"blockDays": days}, at=world.now)
        for before, days in ((Policy(), "5"), (Policy(), "6"), (Policy(block_days=5), "7"))
    ]
    await world.carry_out(acts[0])
    with pytest.raises(StaleError):
        await world.carry_out(acts[1])
    await world.carry_out(acts[2])
    assert await world.store.policies.current() == Policy(block_days=7)
