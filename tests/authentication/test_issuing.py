"""A right second proof, or a recovery code, opens the session that it was for, in one write."""

import anyio
import pytest
from msgspec.structs import replace

from outrun import outrun
from proofup.authentication.dispatcher import Standing, Step, stand
from proofup.authentication.issuing import NOTHING, Brought, Proven
from proofup.authentication.recovery import redeem
from proofup.authentication.second_proof import ask, prove
from proofup.authentication.sessions import active_session
from proofup.challenges.outcome import Refusal, Refused
from proofup.directory.users import RaiseEpoch
from proofup.methods.registered_methods import UpdateMethod
from proofup.policy.proofs import Level
from proofup.policy.rules import Policy, SetPolicy
from proofup.registration.recovery import make_codes
from proofup.values.errors import AlreadySpentError, RevokedError, StaleMethodError
from proofup.values.ids import UserId
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"


async def proved(
    world: World, here: Standing, code: str, brought: Brought = NOTHING, *, remember: bool = False
) -> Proven:
    found = await prove(world.sign_in, here, code, brought, remember=remember, at=world.now)
    assert isinstance(found, Proven)
    return found


async def test_a_code_that_was_all_that_lacked_opens_the_session_with_it(world: World) -> None:
    await world.person(phone=PHONE)
    token, here = await world.challenged(ROBIN)
    found = await proved(world, here, await world.texted_code())
    assert found.issued
    session = await active_session(world.sign_in, found.issued.token.reveal(), at=world.now)
    assert session
    assert session.session.proofs.level is Level.MULTI_FACTOR
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.FINISHED


async def test_where_a_question_is_left_it_is_asked_before_there_is_a_session(
    world: World,
) -> None:
    await world.store.commit(SetPolicy(policy=Policy(stay_signed_in=True)))
    await world.person(phone=PHONE)
    token, here = await world.challenged(ROBIN)
    found = await proved(world, here, await world.texted_code())
    assert found.issued is None
    assert found.standing.step is Step.STAY
    assert found.standing.sign_in == (await stand(world.sign_in, token, at=world.now)).sign_in


async def test_the_session_that_the_browser_had_until_then_ends(world: World) -> None:
    await world.person(phone=PHONE)
    before = await world.session(ROBIN)
    world.later(minutes=5)
    _, here = await world.challenged(ROBIN)
    code = await world.texted_code()
    await proved(world, here, code, Brought(session=before.session.id))
    assert await world.store.sessions.by_token(before.session.token_digest) is None


async def test_a_browser_is_remembered_by_the_proof_it_was_ticked_for(world: World) -> None:
    await world.store.commit(SetPolicy(policy=Policy(remember_days=30)))
    robin = await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    found = await proved(world, here, await world.texted_code(), remember=True)
    assert found.issued
    assert found.issued.remembered
    (device,) = await world.store.devices.of_user(robin.user.id)
    assert device.id == found.issued.remembered.token.id


@pytest.mark.both_engines
async def test_I2_of_many_who_send_the_code_at_once_one_gets_a_session(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    code = await world.texted_code()
    found: list[object] = []

    async def one() -> None:
        found.append(await prove(world.sign_in, here, code, NOTHING, remember=False, at=world.now))

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(one)
    assert sum(isinstance(one, Proven) for one in found) == 1
    assert found.count(Refused(because=Refusal.ALREADY_USED)) == 2


async def test_a_code_is_not_spent_where_the_account_moved_on_meanwhile(world: World) -> None:
    robin = await world.person(phone=PHONE)
    token, here = await world.challenged(ROBIN)
    code = await world.texted_code()
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    with pytest.raises(RevokedError):
        await proved(world, here, code)
    assert here.sign_in
    (asked,) = await world.store.challenges.of_subject(here.sign_in.id, most=5)
    assert asked.state == "open"
    there = await stand(world.sign_in, token, at=world.now)
    assert there.sign_in
    assert there.sign_in.finished_at is None


async def test_the_token_is_that_of_the_write_that_held(world: World) -> None:
    robin = await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    # Another request used the phone since this one read it, so that the first write is refused.
    (held,) = await world.store.methods.of_user(robin.user.id)
    await world.store.commit(UpdateMethod(method=held))
    found = await proved(world, here, await world.texted_code())
    assert found.issued
    assert await active_session(world.sign_in, found.issued.token.reveal(), at=world.now)


async def test_a_wrong_code_opens_nothing(world: World) -> None:
    await world.person(phone=PHONE)
    token, here = await world.with_password(ROBIN)
    await ask(world.sign_in, here, None, at=world.now)
    found = await prove(world.sign_in, here, "000000", NOTHING, remember=False, at=world.now)
    assert isinstance(found, Refused)
    assert found.because is Refusal.WRONG
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.CHALLENGE


async def recovery_code(world: World) -> str:
    """Return a code of somebody who has an app."""
    await world.person(apps=1)
    found = await world.session(ROBIN)
    code, *_ = await make_codes(world.registration, await world.actor(found), at=world.now)
    world.later(seconds=31)
    return code.reveal()


async def unused(world: World, user_id: UserId) -> int:
    return await world.codes_left(user_id)


async def redeemed(world: World, here: Standing, code: str) -> Proven:
    found = await redeem(world.sign_in, here, code, NOTHING, at=world.now)
    assert isinstance(found, Proven)
    return found


async def test_RC3_a_recovery_code_opens_the_session_with_it(world: World) -> None:
    code = await recovery_code(world)
    token, here = await world.with_password(ROBIN)
    found = await redeemed(world, here, code)
    assert found.issued
    assert await active_session(world.sign_in, found.issued.token.reveal(), at=world.now)
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.FINISHED


async def test_a_question_that_is_left_is_asked_behind_a_recovery_code_too(world: World) -> None:
    code = await recovery_code(world)
    await world.store.commit(SetPolicy(policy=Policy(stay_signed_in=True)))
    token, here = await world.with_password(ROBIN)
    found = await redeemed(world, here, code)
    assert found.issued is None
    assert found.standing.step is Step.STAY
    assert found.standing.sign_in == (await stand(world.sign_in, token, at=world.now)).sign_in


async def test_RC3_a_recovery_code_is_not_spent_where_the_account_moved_on_meanwhile(
    world: World,
) -> None:
    code = await recovery_code(world)
    token, here = await world.with_password(ROBIN)
    assert here.person
    user_id = here.person.user.id
    await world.store.commit(RaiseEpoch(user_id=user_id))
    with pytest.raises(RevokedError):
        await redeemed(world, here, code)
    assert await unused(world, user_id) == 10
    there = await stand(world.sign_in, token, at=world.now)
    assert there.sign_in
    assert there.sign_in.finished_at is None


@pytest.mark.both_engines
async def test_RC3_of_many_who_send_a_recovery_code_at_once_one_gets_a_session(
    world: World,
) -> None:
    code = await recovery_code(world)
    _, here = await world.with_password(ROBIN)
    found: list[object] = []

    async def one() -> None:
        found.append(await redeem(world.sign_in, here, code, NOTHING, at=world.now))

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(one)
    assert sum(isinstance(one, Proven) for one in found) == 1
    refused = [one for one in found if isinstance(one, Refused)]
    assert [one.because for one in refused] == [Refusal.ALREADY_USED] * 2


async def test_a_wrong_recovery_code_opens_nothing(world: World) -> None:
    await recovery_code(world)
    _, here = await world.with_password(ROBIN)
    found = await redeem(world.sign_in, here, "0000-0000-0000-0000", NOTHING, at=world.now)
    assert isinstance(found, Refused)
    assert found.because is Refusal.WRONG


async def test_a_code_is_judged_again_where_another_request_was_faster(world: World) -> None:
    await world.person(ROBIN, phone="+44 7700 900067")
    _, here = await world.challenged(ROBIN)
    code, ports = await world.texted_code(), world.sign_in
    late = replace(ports, room=outrun(ports.room, AlreadySpentError()))
    used = await prove(late, here, code, at=world.now)
    assert used == Refused(because=Refusal.ALREADY_USED)
    slower = replace(ports, room=outrun(ports.room, StaleMethodError()))
    assert isinstance(await prove(slower, here, code, at=world.now), Proven)
