from contextlib import suppress
from datetime import timedelta

import pytest

from proofup.authentication.dispatcher import stand
from proofup.authentication.second_proof import ask, prove
from proofup.challenges.challenge import ChallengeState
from proofup.challenges.look import newest
from proofup.directory.users import RaiseEpoch
from proofup.methods.catalogue import Option
from proofup.policy.budgets import Budget, CountryNotServedError
from proofup.values.errors import LimitReachedError, RevokedError
from proofup.values.messages import DeliveryState, Text
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"


async def test_a_text_goes_to_the_number_of_the_phone_and_names_who_asks(world: World) -> None:
    await world.person(phone=PHONE)
    await world.challenged(ROBIN)
    (text,) = await world.sent()
    assert isinstance(text, Text)
    assert text.to.e164 == "+447700900067"
    assert "Contoso" in text.body.reveal()


async def test_an_app_is_asked_without_sending_anything(world: World) -> None:
    await world.person(apps=1)
    _, here = await world.challenged(ROBIN)
    assert here.sign_in
    asked = await newest(world.room, here.sign_in.id, at=world.now)
    assert asked
    assert asked.delivery is None
    assert asked.again_at == world.now
    assert await world.sent() == []


async def test_the_page_learns_how_far_the_text_is_and_when_another_may_be_asked_for(
    world: World,
) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    assert here.sign_in
    asked = await newest(world.room, here.sign_in.id, at=world.now)
    assert asked
    assert asked.delivery
    assert asked.delivery.state is DeliveryState.QUEUED
    assert asked.again_at == world.now + timedelta(seconds=30)


async def test_before_anything_was_asked_there_is_nothing_to_look_at(world: World) -> None:
    assert await newest(world.room, "nobody asked", at=world.now) is None


async def test_SM2_a_new_challenge_supersedes_the_older_one(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    world.later(seconds=31)
    await ask(world.sign_in, here, Way("sms"), at=world.now)
    assert here.sign_in
    new, old = await world.room.challenges.of_subject(here.sign_in.id, most=5)
    assert (new.state, old.state) == (ChallengeState.OPEN, ChallengeState.SUPERSEDED)


async def test_SM4_TEL_04_a_number_gets_one_text_in_half_a_minute(world: World) -> None:
    await world.person(phone=PHONE)
    await world.challenged(ROBIN)
    with pytest.raises(LimitReachedError) as refused:
        await world.challenged(ROBIN, Way("voiceMobile"))
    assert refused.value.until == world.now + timedelta(seconds=30)
    assert len(await world.sent()) == 1


async def test_SM4_TEL_03_a_number_gets_five_texts_an_hour_and_ten_a_day(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.with_password(ROBIN)
    for _ in range(5):
        await ask(world.sign_in, here, None, at=world.now)
        world.later(seconds=31)
    with pytest.raises(LimitReachedError) as hourly:
        await ask(world.sign_in, here, None, at=world.now)
    assert hourly.value.limit == "textsNumberHour"
    world.later(hours=1)
    for _ in range(5):
        await ask(world.sign_in, (await world.with_password(ROBIN))[1], None, at=world.now)
        world.later(hours=1)
    with pytest.raises(LimitReachedError) as daily:
        await ask(world.sign_in, (await world.with_password(ROBIN))[1], None, at=world.now)
    assert daily.value.limit == "textsNumberDay"


async def test_SM4_TEL_03_the_service_and_each_country_have_a_budget(world: World) -> None:
    await world.person(phone=PHONE)
    await world.person("ines.costa@contoso.test", phone="+351 912 345 678")
    world.texts = Budget(per_day=1)
    await world.challenged(ROBIN)
    with pytest.raises(LimitReachedError) as refused:
        await world.challenged("ines.costa@contoso.test")
    assert refused.value.limit == "textsService"
    world.texts = Budget(per_day_and_country=1)
    await world.challenged("ines.costa@contoso.test")
    world.later(minutes=1)
    with pytest.raises(LimitReachedError) as again:
        await world.challenged("ines.costa@contoso.test")
    assert again.value.limit == "textsCountry"


async def test_SM4_a_country_that_is_not_served_gets_no_text(world: World) -> None:
    await world.person("ines.costa@contoso.test", phone="+351 912 345 678")
    world.texts = Budget(countries=frozenset({"GB"}))
    with pytest.raises(CountryNotServedError) as refused:
        await world.challenged("ines.costa@contoso.test")
    assert refused.value.country == "PT"
    assert await world.sent() == []


async def test_SE3_nothing_is_sent_for_an_account_that_moved_on(world: World) -> None:
    robin = await world.person(phone=PHONE, apps=1)
    _, here = await world.with_password(ROBIN)
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    with pytest.raises(RevokedError):
        await ask(world.sign_in, here, Way("sms"), at=world.now)
    with pytest.raises(RevokedError):
        await ask(world.sign_in, here, Way("oath"), at=world.now)
    assert await world.sent() == []


async def test_only_what_the_person_has_can_be_asked(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.with_password(ROBIN)
    assert [option.way for option in here.options] == [Way("sms"), Way("voiceMobile")]
    assert all(isinstance(option, Option) for option in here.options)
    assert await ask(world.sign_in, here, Way("oath"), at=world.now) is None


async def test_what_may_not_be_sent_is_not_counted_either(world: World) -> None:
    person = await world.person(phone=PHONE)
    _, here = await world.with_password(ROBIN)
    await world.store.commit(RaiseEpoch(user_id=person.user.id))
    for _ in range(3):
        with pytest.raises(RevokedError):
            await ask(world.sign_in, here, None, at=world.now)
    await world.challenged(ROBIN)
    (text,) = await world.sent()
    assert isinstance(text, Text)


async def test_while_the_second_proof_rests_nobody_is_sent_a_code(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    await world.sent()
    for _ in range(2):
        for _ in range(5):
            await prove(world.sign_in, here, "nonsense", at=world.now)
        world.later(seconds=31)
        _, here = await world.with_password(ROBIN)
        with suppress(LimitReachedError):
            await ask(world.sign_in, here, None, at=world.now)
    await world.sent()
    world.later(minutes=1)
    with pytest.raises(LimitReachedError) as paused:
        await ask(world.sign_in, here, None, at=world.now)
    assert paused.value.limit == "secondProof"
    assert await world.sent() == []


async def test_CH_11_before_the_password_nothing_is_asked(world: World) -> None:
    await world.person(phone=PHONE)
    token, _ = await world.begin(ROBIN)
    early = await stand(world.sign_in, token, at=world.now)
    assert await ask(world.sign_in, early, Way("sms"), at=world.now) is None
    assert await world.sent() == []
