"""Whoever must have a second proof sets one up in the sign-in, or puts it off where they may."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.authentication.dispatcher import Standing, Step, standing
from proofup.authentication.proving_up import cancel, count_registered, put_off
from proofup.directory.users import MfaState, Person, RaiseEpoch, SetMfaState
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.errors import RevokedError, StaleError
from proofup.values.ids import UserId
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
GRACE = Policy(demand=Demand.EVERYONE, grace_days=14)


async def proving_up(
    world: World, policy: Policy = GRACE, state: MfaState = MfaState.DISABLED
) -> Standing:
    person = await world.person()
    await world.store.commit(
        SetPolicy(policy=policy), SetMfaState(user_id=person.user.id, state=state)
    )
    _, found = await world.with_password(person.user.user_principal_name)
    assert found.step is Step.PROOF_UP
    return found


async def again(world: World, found: Standing) -> Standing:
    assert found.sign_in
    kept = await world.store.sign_ins.by_token(found.sign_in.token_digest)
    return await standing(world.sign_in, kept, at=world.now)


async def stored(world: World, found: Standing) -> Person:
    assert found.person
    person = await world.store.people.by_id(found.person.user.id)
    assert person
    return person


async def test_registering_is_put_off_for_as_long_as_the_rules_say(world: World) -> None:
    found = await proving_up(world)
    await put_off(world.sign_in, found, at=world.now)
    assert (await again(world, found)).step is Step.ISSUE
    ends_at = world.now + timedelta(days=14)
    assert (await stored(world, found)).account.grace_ends_at == ends_at
    world.later(seconds=13 * 86_400)
    _, found = await world.with_password("robin.ashby@contoso.test")
    await put_off(world.sign_in, found, at=world.now)
    assert (await again(world, found)).step is Step.ISSUE
    assert (await stored(world, found)).account.grace_ends_at == ends_at
    world.later(seconds=86_400)
    _, found = await world.with_password("robin.ashby@contoso.test")
    await put_off(world.sign_in, found, at=world.now)
    assert (await again(world, found)).step is Step.PROOF_UP


async def test_who_was_told_to_register_cannot_put_it_off(world: World) -> None:
    found = await proving_up(world, state=MfaState.ENABLED)
    await put_off(world.sign_in, found, at=world.now)
    assert (await again(world, found)).step is Step.PROOF_UP


async def test_outside_of_it_nothing_is_put_off_or_counted(world: World) -> None:
    await world.person(phone="+44 7700 900067")
    _, found = await world.with_password("robin.ashby@contoso.test")
    await put_off(world.sign_in, found, at=world.now)
    assert (await again(world, found)).step is Step.CHALLENGE
    await put_off(world.sign_in, Standing(step=Step.NAME), at=world.now)
    await count_registered(world.sign_in, Standing(step=Step.NAME), Way("sms"), at=world.now)
    await cancel(world.sign_in, Standing(step=Step.NAME), at=world.now)


async def test_a_confirmation_counts_once_as_the_second_proof(world: World) -> None:
    found = await proving_up(world)
    await count_registered(world.sign_in, found, Way("sms"), at=world.now)
    there = await again(world, found)
    assert there.sign_in
    assert there.sign_in.proofs.second_way == Way("sms")
    await count_registered(world.sign_in, there, Way("oath"), at=world.now)
    there = await again(world, there)
    assert there.sign_in
    assert there.sign_in.proofs.second_way == Way("sms")
    with pytest.raises(StaleError):
        await count_registered(world.sign_in, found, Way("oath"), at=world.now)


async def test_KE5_a_reset_meanwhile_ends_it(world: World) -> None:
    found = await proving_up(world)
    assert found.person
    await world.store.commit(RaiseEpoch(user_id=found.person.user.id))
    with pytest.raises(RevokedError):
        await put_off(world.sign_in, found, at=world.now)
    with pytest.raises(RevokedError):
        await count_registered(world.sign_in, found, Way("sms"), at=world.now)


async def test_a_sign_in_of_somebody_who_is_gone_proves_nothing(world: World) -> None:
    found = await proving_up(world)
    assert found.sign_in
    orphan = replace(found.sign_in, user_id=UserId("gone"))
    there = await standing(world.sign_in, orphan, at=world.now)
    assert (there.step, there.person) == (Step.PASSWORD, None)
