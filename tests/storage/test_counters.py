import asyncio
from datetime import timedelta

import pytest

from proofup.policy.giving_back import GiveBack
from proofup.policy.limits import (
    Charge,
    Limit,
    RequireTries,
    ResetCounters,
    counter_key,
    names_in,
)
from proofup.storage.store import Store
from proofup.values.errors import LimitReachedError, ProofupError
from storage.samples import MINUTE, START

pytestmark = pytest.mark.anyio
FIVE = Limit(name="five", most=5, within=timedelta(hours=1))
TWO = Limit(name="two", most=2, within=timedelta(hours=1))
PAUSED = Limit(
    name="paused", most=2, within=MINUTE, pause=10 * MINUTE, longest=timedelta(hours=1), again=1
)


def five(key: str = "a", mark: str | None = None) -> Charge:
    return Charge(key=key, limit=FIVE, mark=mark)


async def test_tries_are_counted_down_and_come_back_with_time(store: Store) -> None:
    assert [await store.counters.charge(five(), at=START) for _ in range(5)] == [
        [4],
        [3],
        [2],
        [1],
        [0],
    ]
    with pytest.raises(LimitReachedError) as caught:
        await store.counters.charge(five(), at=START + MINUTE)
    assert (caught.value.limit, caught.value.until) == ("five", START + FIVE.within)
    assert await store.counters.charge(five(), at=START + FIVE.within) == [4]


async def test_several_charges_are_all_or_none(store: Store) -> None:
    both = (five("b"), Charge(key="a", limit=TWO))
    assert await store.counters.charge(*both, at=START) == [4, 1]
    assert await store.counters.charge(*both, at=START) == [3, 0]
    with pytest.raises(LimitReachedError) as caught:
        await store.counters.charge(*both, at=START)
    assert caught.value.limit == "two"
    assert await store.counters.charge(five("b"), at=START) == [2]


async def test_one_key_charged_twice_at_once_counts_twice(store: Store) -> None:
    assert await store.counters.charge(five(), five(), at=START) == [4, 3]


async def test_pauses_and_marks_are_kept(store: Store) -> None:
    first = Charge(key="a", limit=PAUSED, mark="wrong-1")
    assert await store.counters.charge(first, at=START) == [1]
    assert await store.counters.charge(first, at=START) == [1]
    second = Charge(key="a", limit=PAUSED, mark="wrong-2")
    assert await store.counters.charge(second, at=START) == [0]
    with pytest.raises(LimitReachedError) as caught:
        await store.counters.charge(second, at=START + MINUTE)
    assert caught.value.until == START + 10 * MINUTE


async def test_thirty_charges_at_once_never_exceed_the_limit(store: Store) -> None:
    for number in range(10):
        outcomes = await asyncio.gather(
            *(store.counters.charge(five(f"key-{number}"), at=START) for _ in range(30)),
            return_exceptions=True,
        )
        left = sorted(outcome[0] for outcome in outcomes if isinstance(outcome, list))
        assert left == [0, 1, 2, 3, 4]
        assert sum(isinstance(outcome, LimitReachedError) for outcome in outcomes) == 25


async def test_charges_in_any_order_do_not_wait_for_each_other_for_ever(store: Store) -> None:
    wide = Limit(name="wide", most=1000, within=MINUTE)
    keys = [Charge(key=key, limit=wide) for key in "abc"]
    await asyncio.gather(
        *(
            store.counters.charge(*(keys if number % 2 else reversed(keys)), at=START)
            for number in range(40)
        )
    )
    assert await store.counters.charge(*keys, at=START) == [959, 959, 959]


async def test_a_reset_counter_starts_afresh(store: Store) -> None:
    await store.counters.charge(five(), at=START)
    await store.commit(ResetCounters(keys=("a", "unknown")))
    assert await store.counters.charge(five(), at=START) == [4]


async def test_what_was_charged_stays_charged_when_the_act_behind_it_fails(store: Store) -> None:
    await store.counters.charge(five(), at=START)
    with pytest.raises(ProofupError):
        await store.counters.charge(
            five(), Charge(key="z", limit=Limit(name="none", most=0, within=MINUTE)), at=START
        )
    assert await store.counters.charge(five(), at=START) == [3]


async def test_KE2_GU4_a_counter_goes_on_when_its_name_changes(store: Store) -> None:
    assert await store.counters.charge(five("old"), at=START) == [4]
    # The next key is known: both names are counted, because another process may not know it yet.
    assert await store.counters.charge(five("old+new"), at=START) == [3]
    assert await store.counters.charge(five("old"), at=START) == [2]
    assert await store.counters.charge(five("old+new"), five("b"), at=START) == [1, 4]
    # The next key is in use now, and its count continues.
    assert await store.counters.charge(five("new old"), at=START) == [1]
    await store.commit(RequireTries(charges=(five("new old"),), at=START))
    assert await store.counters.charge(five("new"), at=START) == [0]
    with pytest.raises(LimitReachedError):
        await store.commit(RequireTries(charges=(five("new old"),), at=START))


async def test_KE2_a_counter_nobody_touched_meanwhile_is_found_by_its_older_name(
    store: Store,
) -> None:
    assert await store.counters.charge(five("old"), at=START) == [4]
    await store.commit(RequireTries(charges=(five("new old"),), at=START))
    assert await store.counters.charge(five("new old"), at=START) == [3]
    await store.commit(ResetCounters(keys=("new old",)))
    assert await store.counters.charge(five("new old"), at=START) == [4]


async def test_KE2_GU4_no_try_is_won_while_some_use_the_next_key_and_some_do_not(
    store: Store,
) -> None:
    for number in range(5):
        key = f"{number}-"
        names = (f"{key}old+{key}new", f"{key}new {key}old")
        charges = [five(names[number % 2]) for number in range(30)]
        outcomes = await asyncio.gather(
            *(store.counters.charge(charge, at=START) for charge in charges),
            return_exceptions=True,
        )
        assert sum(isinstance(outcome, list) for outcome in outcomes) == 5
        assert sum(isinstance(outcome, LimitReachedError) for outcome in outcomes) == 25


def test_the_names_of_a_counter_are_put_together_and_taken_apart() -> None:
    assert names_in(counter_key("five", ["a"], [])) == (["five:a"], [])
    assert names_in(counter_key("five", ["a", "b"], ["c"])) == (["five:a", "five:b"], ["five:c"])


async def test_GU5_a_try_is_given_back_once_whoever_else_tried(store: Store) -> None:
    mine, others = START + MINUTE, START
    await store.counters.charge(five(), five("b"), at=others)
    await store.counters.charge(five(), at=mine)
    await store.commit(GiveBack(charges=(five(), five("c")), at=mine))
    await store.commit(GiveBack(charges=(five(),), at=mine), GiveBack(charges=(), at=mine))
    assert await store.counters.spent("a", FIVE, at=mine) == 1
    assert await store.counters.spent("b", FIVE, at=mine) == 1
    assert await store.counters.charge(five(), at=mine) == [3]


async def test_GU5_a_try_is_given_back_under_every_name_of_its_counter(store: Store) -> None:
    named = Charge(key=counter_key("five", ["new", "old"], ["older"]), limit=FIVE)
    await store.counters.charge(named, at=START)
    await store.commit(GiveBack(charges=(named,), at=START))
    for name in ("new", "old"):
        assert await store.counters.spent(f"five:{name}", FIVE, at=START) == 0


async def test_a_refusal_names_the_counter(store: Store) -> None:
    await store.counters.charge(*[five("a")] * 5, at=START)
    with pytest.raises(LimitReachedError) as caught:
        await store.counters.charge(five("b"), five("a"), at=START)
    assert caught.value.key == "a"
