"""Password resets below their pages: races, brakes, and what a door never asks."""

from typing import Any

import pytest
from msgspec.structs import replace

from outrun import outrun
from proofup.authentication.resets import proving
from proofup.authentication.resets.asking import ask
from proofup.authentication.resets.begin import begin_reset
from proofup.authentication.resets.finishing import finish
from proofup.authentication.resets.proving import prove
from proofup.authentication.resets.standing import NOTHING, ResetStanding, ResetStep, stand
from proofup.challenges.outcome import Refusal, Refused, Waiting
from proofup.directory.app_passwords import AddAppPassword, AppPassword, Digest
from proofup.directory.users import BlockProofs, Person
from proofup.methods.email import WAY
from proofup.methods.registered_methods import AddMethod, MethodKind, NewMethod
from proofup.policy.budgets import Budget
from proofup.policy.rule_choices import Resets
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.errors import AlreadySpentError, RevokedError, StaleMethodError
from proofup.values.ids import AppPasswordId, MethodId, random_id, random_token
from proofup.values.messages import Mail
from proofup.values.secret import Secret
from proofup.values.ways import Way
from world import HOME, World

pytestmark = pytest.mark.anyio
NEW = Secret("seven grey geese fly south")
SMS = Way("sms")


async def person(world: World, address: str = "robin@example.org") -> Person:
    policy = Policy(password_reset=Resets.EVERYONE, reset_wait_hours=0)
    await world.store.commit(SetPolicy(policy=policy))
    robin = await world.person(phone="+44 7700 900067")
    method = world.catalogue.registrable[MethodKind("email")].candidate(
        {"mail": address},
        NewMethod(
            id=MethodId(random_id(world.entropy)), user_id=robin.user.id, slot="email", at=world.now
        ),
        world.entropy,
    )
    await world.store.commit(AddMethod(method=method))
    return robin


async def begun(world: World) -> tuple[str, ResetStanding]:
    token = random_token(world.entropy)
    name = "robin.ashby@contoso.test"
    await begin_reset(world.sign_in, token, name, client=HOME, language="en", at=world.now)
    return token, await stand(world.sign_in, token, at=world.now)


async def asked(world: World, way: Way = WAY) -> tuple[str, ResetStanding]:
    token, here = await begun(world)
    assert await ask(world.sign_in, here, way, at=world.now)
    return token, await stand(world.sign_in, token, at=world.now)


async def code(world: World) -> str:
    (mail,) = [one for one in await world.sent() if isinstance(one, Mail)]
    return mail.facts["code"]


async def test_a_step_that_is_not_due_does_nothing(world: World) -> None:
    await person(world)
    _, here = await begun(world)
    assert not await ask(world.sign_in, NOTHING, WAY, at=world.now)
    assert not await ask(world.sign_in, here, Way("nonsense"), at=world.now)
    for nothing in (NOTHING, here):
        refused = await prove(world.sign_in, nothing, "123456", at=world.now)
        assert refused == Refused(because=Refusal.NOT_ASKED)
    for nothing in (NOTHING, here, ResetStanding(step=ResetStep.NEW_PASSWORD)):
        with pytest.raises(RevokedError):
            await finish(world.sign_in, nothing, NEW, at=world.now)


@pytest.mark.parametrize("budget", [Budget(per_day=0), Budget(countries=frozenset({"FR"}))])
async def test_GU1_a_budget_that_is_spent_is_not_told(world: World, budget: Budget) -> None:
    await person(world)
    world.texts = budget
    _, here = await asked(world, SMS)
    assert here.reset
    assert here.reset.asked == SMS
    assert await world.sent() == []
    refused = await prove(world.sign_in, here, "123456", at=world.now)
    assert refused == Refused(because=Refusal.WRONG, left=4)


@pytest.mark.both_engines
async def test_RC5_a_code_counts_once(world: World) -> None:
    await person(world)
    _, here = await asked(world)
    typed = await code(world)
    assert await prove(world.sign_in, here, typed, at=world.now) is None
    again = await prove(world.sign_in, here, typed, at=world.now)
    assert again == Refused(because=Refusal.WRONG, left=4)


@pytest.mark.parametrize("by", [AlreadySpentError(), StaleMethodError()])
async def test_who_is_outrun_is_refused_or_judged_again(world: World, by: Exception) -> None:
    await person(world)
    _, here = await asked(world)
    ports = replace(world.sign_in, room=outrun(world.room, by))
    refused = await prove(ports, here, await code(world), at=world.now)
    assert (refused is None) is isinstance(by, StaleMethodError)


async def test_an_answer_that_is_awaited_is_no_right_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def waiting(*_: Any) -> Waiting:
        return Waiting()

    monkeypatch.setattr(proving, "judge", waiting)
    await person(world)
    _, here = await asked(world)
    refused = await prove(world.sign_in, here, "123456", at=world.now)
    assert refused == Refused(because=Refusal.WRONG, left=4)


async def test_a_block_of_second_proofs_stops_a_reset_too(world: World) -> None:
    robin = await person(world)
    until = world.later(days=1)
    await world.store.commit(BlockProofs(user_id=robin.user.id, until=until))
    world.later(days=-1)
    _, here = await begun(world)
    assert here.subscriber is None
    assert here.step is ResetStep.PROOF


async def test_RC10_app_passwords_die_too(world: World) -> None:
    robin = await person(world)
    new = AppPassword(
        id=AppPasswordId(random_id(world.entropy)),
        user_id=robin.user.id,
        name="Scanner",
        digest=Digest(key_id="k", value=b"d"),
        created_at=world.now,
    )
    await world.store.commit(AddAppPassword(new=new))
    token, here = await asked(world)
    assert await prove(world.sign_in, here, await code(world), at=world.now) is None
    there = await stand(world.sign_in, token, at=world.now)
    await finish(world.sign_in, there, NEW, at=world.now)
    assert await world.store.app_passwords.of_user(robin.user.id) == []


async def test_RC10_one_mail_goes_to_one_address(world: World) -> None:
    await person(world, address="Robin@fabrikam.test")
    token, here = await asked(world)
    assert await prove(world.sign_in, here, await code(world), at=world.now) is None
    there = await stand(world.sign_in, token, at=world.now)
    await finish(world.sign_in, there, NEW, at=world.now)
    mails = [one for one in await world.sent() if isinstance(one, Mail)]
    assert [one.to for one in mails] == ["robin@fabrikam.test"]
