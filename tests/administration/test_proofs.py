"""Who must, and who may, give a second proof, judged by the next sign-in."""

from datetime import timedelta

import pytest

from proofup.administration.block_proofs import MOST_DAYS, InvalidBlockError, block_proofs
from proofup.administration.reason import LONGEST, InvalidReasonError
from proofup.administration.release_changes import release_changes
from proofup.administration.set_mfa_state import set_mfa_state
from proofup.administration.unblock_proofs import unblock_proofs
from proofup.audit.events.accounts import MfaStateChanged
from proofup.audit.events.challenges import ProofsBlocked, ProofsUnblocked
from proofup.audit.events.methods import ChangesReleased
from proofup.authentication.second_proof import ask
from proofup.directory.users import HoldChanges, MfaState, SetMfaState
from proofup.policy.decision import ProofsBlockedError, RequiredAction
from proofup.registration.guard import check_may_add
from proofup.registration.ports import ChangesHeldError
from proofup.values.errors import StaleError
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"
WHY = " The phone\n was stolen "


async def is_blocked(world: World) -> bool:
    _, here = await world.with_password(ROBIN)
    try:
        await ask(world.sign_in, here, None, at=world.now)
    except ProofsBlockedError:
        return True
    return False


@pytest.mark.parametrize(("days", "lasts"), [(3, 3), (None, 90)])
async def test_BLK_02_BLK_05_a_block_lasts_as_long_as_is_said_or_as_the_rules_say(
    world: World, days: int | None, lasts: int
) -> None:
    robin = await world.person(phone=PHONE)
    target = await world.target(robin.user.id)
    until = await world.carry_out(block_proofs(world.host, target, WHY, days=days, at=world.now))
    assert until == world.now + timedelta(days=lasts)
    assert await is_blocked(world)
    assert await world.sent() == []
    (entry,) = await world.store.audit.of_user(robin.user.id, most=1)
    assert entry.event == ProofsBlocked(
        command="a command",
        reason="The phone was stolen",
        until=until.isoformat("T", "seconds"),
    )
    world.later(days=lasts)
    assert not await is_blocked(world)


async def test_BLK_02_a_block_can_be_ended_before_its_time(world: World) -> None:
    robin = await world.person(phone=PHONE)
    target = await world.target(robin.user.id)
    await world.carry_out(block_proofs(world.host, target, WHY, at=world.now))
    await world.carry_out(unblock_proofs(world.host, target, WHY, at=world.now))
    assert not await is_blocked(world)
    events = [one.event for one in await world.store.audit.of_user(robin.user.id, most=9)]
    assert ProofsUnblocked(command="a command", reason="The phone was stolen") in events


@pytest.mark.parametrize("reason", ["", "  ", "x" * (LONGEST + 1), "left\x07right"])
async def test_AUD_09_an_act_that_needs_a_reason_needs_one_that_can_be_read(
    world: World, reason: str
) -> None:
    target = await world.target((await world.person()).user.id)
    with pytest.raises(InvalidReasonError):
        block_proofs(world.host, target, reason, at=world.now)
    with pytest.raises(InvalidReasonError):
        unblock_proofs(world.host, target, reason, at=world.now)


@pytest.mark.parametrize("days", [0, MOST_DAYS + 1, -1])
async def test_a_block_for_ever_is_refused(world: World, days: int) -> None:
    target = await world.target((await world.person()).user.id)
    with pytest.raises(InvalidBlockError):
        block_proofs(world.host, target, WHY, days=days, at=world.now)


async def test_EN6_changes_that_were_held_are_released_once(world: World) -> None:
    robin = await world.person(phone=PHONE)
    found = await world.session(ROBIN)
    await world.store.commit(HoldChanges(user_id=robin.user.id, since=world.now))
    actor = await world.actor(found)
    with pytest.raises(ChangesHeldError):
        await check_may_add(world.registration, actor, at=world.now)
    for was_held in (True, False):
        target = await world.target(robin.user.id)
        assert await world.carry_out(release_changes(world.host, target, at=world.now)) is was_held
    await check_may_add(world.registration, await world.actor(found), at=world.now)
    log = await world.store.audit.of_user(robin.user.id, most=99)
    assert [one.event for one in log].count(ChangesReleased(command="a command")) == 1


@pytest.mark.parametrize("state", list(MfaState))
async def test_TR_02_the_state_decides_what_the_next_sign_in_demands(
    world: World, state: MfaState
) -> None:
    robin = await world.person()
    target = await world.target(robin.user.id)
    was = await world.carry_out(set_mfa_state(world.host, target, state, at=world.now))
    assert was is MfaState.DISABLED
    _, here = await world.with_password(ROBIN)
    assert here.decision
    must = here.decision.required_action is RequiredAction.MUST_REGISTER
    assert must is (state is not MfaState.DISABLED)
    changed = MfaStateChanged(command="a command", was=MfaState.DISABLED, now=state)
    events = [one.event for one in await world.store.audit.of_user(robin.user.id, most=9)]
    assert events.count(changed) == (state is not MfaState.DISABLED)


async def test_a_state_that_was_changed_meanwhile_stays(world: World) -> None:
    robin = await world.person()
    target = await world.target(robin.user.id)
    await world.store.commit(SetMfaState(user_id=robin.user.id, state=MfaState.ENABLED))
    with pytest.raises(StaleError):
        await world.carry_out(set_mfa_state(world.host, target, MfaState.ENFORCED, at=world.now))
