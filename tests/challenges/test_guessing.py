"""Whoever knows the password and gives wrong codes is told to the owner, by mail."""

import pytest

from proofup.authentication.recovery import redeem
from proofup.authentication.second_proof import prove
from proofup.challenges.pauses import paused_among
from proofup.directory.search import Filters
from proofup.methods.phone import KIND as PHONE
from proofup.policy import figures
from proofup.policy.rules import Policy, SetPolicy
from proofup.registration.confirm import confirm
from proofup.registration.propose import ask, propose
from proofup.values.ids import UserId
from proofup.values.messages import Mail
from world import ELSEWHERE, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
TEMPLATE = "second-proof-guessed"


async def gives_wrong_codes(world: World, many: int) -> None:
    for number in range(many):
        if number % 5 == 0:
            _, here = await world.challenged(ROBIN, client=ELSEWHERE)
        await prove(world.sign_in, here, "nonsense", at=world.now)


async def paused(world: World) -> list[UserId]:
    """Return who is found as paused, and is."""
    filters = Filters(paused=True)
    found = await world.store.search.find("", filters, after=None, most=9, at=world.now)
    users = [one.person.user.id for one in found.people]
    policy = await world.store.policies.current()
    still = await paused_among(world.room, policy, users, at=world.now)
    return [one for one in users if one in still]


async def mails(world: World) -> list[Mail]:
    return [one for one in await world.sent() if isinstance(one, Mail)]


async def test_GU4_ten_wrong_codes_after_the_right_password_are_told_to_the_owner(
    world: World,
) -> None:
    await world.person(apps=1)
    await gives_wrong_codes(world, 9)
    assert await mails(world) == []
    await gives_wrong_codes(world, 1)
    (mail,) = await mails(world)
    assert (mail.to, mail.template) == ("robin@fabrikam.test", TEMPLATE)
    assert (mail.facts["tries"], mail.facts["address"]) == ("10", ELSEWHERE.address)
    assert not any("http" in fact for fact in mail.facts.values())
    await gives_wrong_codes(world, 5)
    assert await mails(world) == [], "what is refused is not told again"
    world.later(minutes=15)
    await gives_wrong_codes(world, 10)
    assert [mail.template for mail in await mails(world)] == [TEMPLATE]


async def test_GU4_wrong_recovery_codes_are_told_with_the_others(world: World) -> None:
    policy = Policy(limits={figures.WRONG_PROOFS.name: 5})
    await world.store.commit(SetPolicy(policy=policy))
    await world.person(apps=1)
    await gives_wrong_codes(world, 2)
    _, here = await world.with_password(ROBIN)
    for number in range(3):
        assert await mails(world) == [], number
        await redeem(world.sign_in, here, "nonsense", at=world.now)
    (mail,) = await mails(world)
    assert (mail.template, mail.facts["tries"]) == (TEMPLATE, "5")


async def test_a_way_that_rests_is_told_too(world: World) -> None:
    policy = Policy(limits={figures.WRONG_PROOFS_IN_A_ROW.name: 10, "secondProof": 8})
    await world.store.commit(SetPolicy(policy=policy))
    await world.person(apps=1)
    await gives_wrong_codes(world, 8)
    assert [mail.facts["tries"] for mail in await mails(world)] == ["8"]
    world.later(minutes=15)
    await gives_wrong_codes(world, 2)
    assert [mail.facts["tries"] for mail in await mails(world)] == ["10"]


async def test_who_types_the_code_of_a_new_phone_wrongly_is_not_told_of_a_stranger(
    world: World,
) -> None:
    policy = Policy(limits={figures.WRONG_PROOFS.name: 5})
    await world.store.commit(SetPolicy(policy=policy))
    robin = await world.person()
    actor = await world.actor(await world.session(ROBIN))
    registration = await propose(
        world.registration, actor, PHONE, {"number": "+44 7700 900067"}, replaces=None, at=world.now
    )
    await ask(world.registration, actor, registration, at=world.now)
    for _ in range(5):
        await confirm(
            world.registration, actor, registration, "no", sign_out_others=False, at=world.now
        )
    assert await mails(world) == []
    assert await paused(world) == [robin.user.id]


async def test_whoever_has_no_try_left_is_found_until_one_is_taken_again(world: World) -> None:
    robin = await world.person(apps=1)
    await gives_wrong_codes(world, 9)
    assert await paused(world) == []
    await gives_wrong_codes(world, 1)
    assert await paused(world) == [robin.user.id]
    world.later(minutes=15)
    assert await paused(world) == []
    world.later(days=1)
    filters = Filters(paused=True)
    found = await world.store.search.find("", filters, after=None, most=9, at=world.now)
    assert found.people == [], "nor is the note looked at for ever"
