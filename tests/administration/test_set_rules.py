"""The rules of the organisation, judged by what the next sign-in demands."""

import msgspec
import pytest
from msgspec.structs import replace

from administration.conftest import Administrator
from proofup.administration.rules_by_name import UnknownRuleError
from proofup.administration.set_rules import (
    NothingToRegisterError,
    TooManyMethodsError,
    impact_of_rules,
    set_rules,
)
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import MfaState, SetDefaultWay, SetGrace, SetMfaState
from proofup.methods.registered_methods import AddMethod, RegisteredMethod
from proofup.methods.temporary_access_pass import KIND as PASS
from proofup.policy.actor import Actor
from proofup.policy.decision import RequiredAction
from proofup.policy.impact import Impact
from proofup.policy.rule import BadRuleError
from proofup.policy.rule_choices import Demand, Guard
from proofup.policy.rules import Policy
from proofup.values.errors import NotPermittedError, StaleError
from proofup.values.ids import MethodId, UserId, random_id
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
    assert (entry["actor"], entry["details"]) == (
        actor.id,
        {
            "rules": "demand, blockDays",
            "was": "demand=perUser; blockDays=90",
            "now": "demand=everyone; blockDays=5",
        },
    )


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


async def test_the_history_says_who_set_what_and_why(world: World) -> None:
    actor = replace(world.host, reason="ticket 1")
    for told in ({"blockDays": "5", "graceDays": "9"}, {"blockDays": "6"}, {"blockDays": "6"}):
        before = await world.store.policies.current()
        await world.carry_out(
            set_rules(world.administration, actor, before, told, at=world.later(seconds=1))
        )
    history = world.store.rule_history
    newest, oldest = await history.page(most=9)
    assert [(one.rule, one.was, one.now) for one in newest.rules] == [("blockDays", "5", "6")]
    assert {one.rule for one in oldest.rules} == {"blockDays", "graceDays"}
    assert (newest.actor, newest.command, newest.reason) == ("host", "a command", "ticket 1")
    assert await history.page(before=newest.id, most=9) == [oldest]
    assert await history.page(before=oldest.id, most=9) == []
    assert await history.called(oldest.id) == oldest
    assert await history.called("none") is None
    latest = await history.latest(["blockDays", "graceDays", "nudge"])
    assert {name: one.at for name, one in latest.items()} == {
        "blockDays": newest.at,
        "graceDays": oldest.at,
    }


def a_pass(user_id: UserId, world: World) -> RegisteredMethod:
    """Return a pass that has not begun: it counts as no method that a person must have."""
    return RegisteredMethod(
        id=MethodId(random_id(world.entropy)),
        user_id=user_id,
        kind=PASS,
        slot="temporaryAccessPass",
        document=b"{}",
        created_at=world.now,
    )


async def impact(world: World, before: Policy, after: Policy) -> Impact:
    return await impact_of_rules(world.administration, before, after, at=world.now)


@pytest.mark.both_engines
async def test_a_change_counts_whom_it_would_ask_and_whom_lock_out(world: World) -> None:
    """Six may sign in: three need nothing, one must already, one administers, one is late."""
    nobody = await world.person("nobody@contoso.test")
    app = await world.person("app@contoso.test", apps=2)
    await world.person("phone@contoso.test", phone="+447700900142")
    must = await world.person("must@contoso.test")
    admin = await world.person("admin@contoso.test")
    late = await world.person("late@contoso.test")
    await world.person("gone@contoso.test", enabled=False)
    await world.store.commit(
        AddMethod(method=a_pass(nobody.user.id, world)),
        SetMfaState(user_id=must.user.id, state=MfaState.ENFORCED),
        AssignRole(user_id=admin.user.id, role=GLOBAL_ADMINISTRATOR),
        SetGrace(user_id=late.user.id, ends_at=world.now),
        SetDefaultWay(user_id=app.user.id, way=Way("oath")),
    )
    plain = Policy()
    everyone = Policy(demand=Demand.EVERYONE)
    counted = await impact(world, plain, everyone)
    assert counted == Impact(people=6, is_whole=True, asked=4, must_register=2)
    graceful = Policy(demand=Demand.EVERYONE, grace_days=14)
    counted = await impact(world, plain, graceful)
    assert (counted.asked, counted.may_register, counted.must_register) == (4, 1, 1)
    assert (await impact(world, everyone, plain)).released == 4
    guarded = Policy(demand=Demand.EVERYONE, guard=Guard.INVITATION)
    counted = await impact(world, plain, guarded)
    assert (counted.locked_out, counted.must_register) == (4, 0), "two had to register before"
    fewer = Policy(ways=frozenset({Way("sms")}))
    counted = await impact(world, plain, fewer)
    assert counted.must_register == 1, "the app counts no more, the phone still does"
    two = Policy(least_methods=2, demand=Demand.EVERYONE)
    assert (await impact(world, everyone, two)).must_register == 1, "who has only a phone"


async def test_somebody_whose_default_is_forbidden_is_asked_for_another(world: World) -> None:
    one = await world.person(phone="+447700900142", apps=1)
    await world.store.commit(SetDefaultWay(user_id=one.user.id, way=Way("oath")))
    counted = await impact(world, Policy(), Policy(ways=frozenset({Way("sms")})))
    assert counted == Impact(people=1, is_whole=True, must_choose=1)


async def test_a_count_ends_in_time_and_says_so(world: World) -> None:
    for number in range(3):
        await world.person(f"person{number}@contoso.test")
    ticks = iter([0.0, 1.0])
    population = replace(world.store.population, seconds=lambda: next(ticks))
    slots = list(world.catalogue.slots)
    census = await population.census(slots, at=world.now)
    assert (census.is_whole, sum(one.people for one in census.groups)) == (True, 3)
    ticks = iter([0.0, 9.0])
    census = await population.census(slots, at=world.now)
    assert (census.is_whole, census.groups) == (False, [])
