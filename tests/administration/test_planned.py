"""Several acts written together, as a job for many people does."""

import pytest

from administration.conftest import Administrator
from proofup.administration.planned import together
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.administration.set_mfa_state import set_mfa_state
from proofup.directory.users import MfaState, SetMfaState
from proofup.values.errors import StaleError
from world import World

pytestmark = pytest.mark.anyio
NAMES = ("robin.ashby@contoso.test", "kim.larsen@contoso.test")


async def states(world: World) -> list[MfaState]:
    people = [await world.store.people.by_name(name) for name in NAMES]
    return [one.account.mfa_state for one in people if one]


async def test_acts_are_written_together_and_each_says_what_it_did(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    targets = [await world.target((await world.person(name)).user.id) for name in NAMES]
    acts = [set_mfa_state(actor, one, MfaState.ENFORCED, at=world.now) for one in targets]
    act = together(acts)
    assert len(act.conditions) == 2 + len(targets), "the actor's once, and each target's"
    assert await world.carry_out(act) == [MfaState.DISABLED] * 2
    assert await states(world) == [MfaState.ENFORCED] * 2


async def test_all_acts_are_written_or_none(world: World) -> None:
    targets = [await world.target((await world.person(name)).user.id) for name in NAMES]
    acts = [set_mfa_state(world.host, one, MfaState.ENFORCED, at=world.now) for one in targets]
    user_id = targets[1].person.user.id
    await world.store.commit(SetMfaState(user_id=user_id, state=MfaState.ENABLED))
    with pytest.raises(StaleError):
        await world.carry_out(together(acts))
    assert await states(world) == [MfaState.DISABLED, MfaState.ENABLED]


async def test_nothing_to_do_is_done_at_once(world: World) -> None:
    assert await world.carry_out(together([])) == []
    target = await world.target((await world.person()).user.id)
    act = together(
        [revoke_sessions(world.administration, world.host, target, at=world.now) for _ in range(2)]
    )
    await world.carry_out(act)
    after = await world.target(target.person.user.id)
    assert after.person.account.epoch == target.person.account.epoch + 2
