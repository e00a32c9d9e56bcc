"""A code that was sent for a sign-in counts in the next one of the same browser and account."""

import pytest
from msgspec.structs import replace

from outrun import outrun
from proofup.authentication.continuing import go_on_with_question, sign_in_before
from proofup.authentication.dispatcher import Standing
from proofup.authentication.first_proof import Entered, enter
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import prove
from proofup.challenges.challenge import MoveChallenge
from proofup.challenges.outcome import Refusal, Refused
from proofup.challenges.start import NotSent
from proofup.directory.devices import DeviceToken
from proofup.policy import figures
from proofup.policy.budgets import CountryNotServedError
from proofup.values.errors import AlreadySpentError, LimitReachedError
from proofup.values.ids import ChallengeId, DeviceId, SignInId
from proofup.values.secret import Secret
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
STRANGER = DeviceToken(DeviceId("d" * 36), "not one that anybody gave")


async def again(world: World, before: str, *devices: DeviceToken) -> Standing:
    """Begin another sign-in in the browser that holds ``before``, as far as the second proof."""
    _, sign_in = await world.begin(ROBIN, before=before)
    found = await enter(world.sign_in, sign_in, Secret(PASSWORD), devices=devices, at=world.now)
    assert isinstance(found, Entered)
    assert found.not_sent is None
    return found.standing


@pytest.mark.parametrize("devices", [(), (STRANGER,)], ids=["new browser", "other device"])
@pytest.mark.both_engines
async def test_SM2_the_code_counts_once_and_in_the_last_sign_in_alone(
    world: World, devices: tuple[DeviceToken, ...]
) -> None:
    await world.person(phone="+44 7700 900067")
    token, first = await world.challenged(ROBIN)
    code = await world.texted_code()
    world.later(seconds=5)
    there = await again(world, token, *devices)
    assert await world.sent() == []
    assert first.sign_in
    assert there.sign_in
    assert list(await world.store.challenges.of_subject(first.sign_in.id, most=5)) == []
    (asked,) = await world.store.challenges.of_subject(there.sign_in.id, most=5)
    assert asked.challenge.started_at < world.now
    refused = await prove(world.sign_in, first, code, at=world.now)
    assert refused == Refused(because=Refusal.NOT_ASKED)
    proven = await prove(world.sign_in, there, code, at=world.now)
    assert isinstance(proven, Proven)
    assert proven.issued


async def test_only_a_sign_in_for_the_same_account_is_gone_on_with(world: World) -> None:
    robin = await world.person(phone="+44 7700 900067")
    token, sign_in = await world.begin(ROBIN)
    ports, whose = world.sign_in, robin.user.id
    assert await sign_in_before(ports, token, whose) == sign_in.id
    assert await sign_in_before(ports, token, None) is None
    assert await sign_in_before(ports, None, whose) is None
    assert await sign_in_before(ports, "unknown", whose) is None
    kim = await world.person("kim.larsen@contoso.test")
    assert await sign_in_before(ports, token, kim.user.id) is None


async def test_a_question_that_is_over_is_not_gone_on_with(world: World) -> None:
    await world.person(phone="+44 7700 900067")
    _, there = await world.challenged(ROBIN)
    assert there.sign_in
    first = there.sign_in
    _, second = await world.begin(ROBIN)
    too_soon = LimitReachedError("textAgain", world.now)
    paused = LimitReachedError(figures.WRONG_PROOFS.name, world.now)
    elsewhere: NotSent = CountryNotServedError("FR")

    async def goes_on(why: NotSent, follows: str | None) -> bool:
        sign_in = replace(second, follows=SignInId(follows) if follows else None)
        standing = replace(there, sign_in=sign_in)
        return await go_on_with_question(world.sign_in, standing, why, at=world.now)

    assert not await goes_on(too_soon, None)
    assert not await goes_on(too_soon, "unknown")
    assert not await goes_on(paused, first.id)
    assert not await goes_on(elsewhere, first.id)
    world.later(minutes=4)
    assert not await goes_on(too_soon, first.id)


async def test_a_question_that_is_answered_meanwhile_is_not_gone_on_with(world: World) -> None:
    await world.person(phone="+44 7700 900067")
    _, there = await world.challenged(ROBIN)
    assert there.sign_in
    first = there.sign_in
    _, second = await world.begin(ROBIN)
    there = replace(there, sign_in=replace(second, follows=SignInId(first.id)))
    ports = replace(world.sign_in, room=outrun(world.room, AlreadySpentError()))
    why = LimitReachedError("textAgain", world.now)
    assert not await go_on_with_question(ports, there, why, at=world.now)
    assert await go_on_with_question(ports, there, why, at=world.now)


async def test_a_challenge_that_is_not_there_is_not_moved(world: World) -> None:
    with pytest.raises(AlreadySpentError):
        await world.store.commit(
            MoveChallenge(challenge_id=ChallengeId("c"), subject="s", at=world.now)
        )
