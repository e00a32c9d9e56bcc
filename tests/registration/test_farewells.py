"""Which numbers are served, and farewells: they pass the gate of every text."""

import pytest

from proofup.audit.events.challenges import FarewellWithheld
from proofup.audit.events.methods import MethodRemoved
from proofup.challenges.brakes import times_met
from proofup.methods.email import KIND as EMAIL
from proofup.methods.phone import KIND as PHONE
from proofup.methods.registered_methods import AddMethod
from proofup.notices.farewell import WITHHELD
from proofup.policy.budgets import Budget
from proofup.registration.propose import propose
from proofup.registration.remove import remove
from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.ids import UserId
from proofup.values.lines import LineKind
from proofup.values.messages import Mail, Text
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE_67 = "+44 7700 900067"


async def withheld(world: World, user_id: UserId) -> list[FarewellWithheld]:
    log = await world.store.audit.of_user(user_id, most=99)
    return [entry.event for entry in log if isinstance(entry.event, FarewellWithheld)]


@pytest.mark.both_engines
async def test_SM4_no_more_farewells_are_sent_than_the_budget_has(world: World) -> None:
    world.texts = Budget(per_day=3)  # of which two are not for codes at sign-in
    robin = await world.person(apps=1)
    for _ in range(6):
        world.later(seconds=31)
        found = await world.session(ROBIN)
        phone = world.phone(robin.user.id, PHONE_67)
        await world.store.commit(AddMethod(method=phone))
        await remove(world.registration, await world.actor(found), phone.id, at=world.now)
    sent = await world.sent()
    assert len([one for one in sent if isinstance(one, Text)]) == 2
    log = await world.store.audit.of_user(robin.user.id, most=100)
    removed = [one for one in log if isinstance(one.event, MethodRemoved)]
    assert len(removed) == 6, "every change was made"
    assert await withheld(world, robin.user.id) == [FarewellWithheld(to="+XX XXXXXXXX67")] * 4
    assert await times_met(world.room, WITHHELD, at=world.now) == 4
    await world.store.commit(AddMethod(method=world.phone(robin.user.id, PHONE_67)))
    await world.challenged(ROBIN, Way("sms"))
    assert len(await world.sent()) == 1, "a code at sign-in has the other half"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+44 70 1234 5678", "line"),
        ("+870 773 111 632", "line"),
        ("+8816 1234 5678", "line"),
        ("+800 1234 5678", "line"),
        ("+33 6 12 34 56 78", "country"),
    ],
)
async def test_SM4_a_number_that_is_not_served_is_refused_where_it_is_typed(
    world: World, number: str, reason: str
) -> None:
    world.texts = Budget(countries=frozenset({"GB", "001"}))
    await world.person()
    actor = await world.actor(await world.session(ROBIN))
    with pytest.raises(InvalidPhoneNumberError) as refused:
        await propose(
            world.registration, actor, PHONE, {"number": number}, replaces=None, at=world.now
        )
    assert refused.value.reason == reason


async def test_SM4_a_rule_of_its_own_lets_other_lines_be_texted(world: World) -> None:
    world.texts = Budget(lines=frozenset({LineKind.PERSONAL}))
    await world.person(phone="+44 70 1234 5678")
    await world.challenged(ROBIN, Way("sms"))
    assert len(await world.sent()) == 1


async def test_SM4_a_number_that_is_not_served_gets_no_farewell(world: World) -> None:
    robin = await world.person(apps=1)
    for number in ("+44 70 1234 5678", "+8816 1234 5678"):
        world.later(seconds=31)
        found = await world.session(ROBIN)
        phone = world.phone(robin.user.id, number)
        await world.store.commit(AddMethod(method=phone))
        await remove(world.registration, await world.actor(found), phone.id, at=world.now)
    assert not [one for one in await world.sent() if isinstance(one, Text)]
    assert len(await withheld(world, robin.user.id)) == 2


async def test_no_farewell_is_mailed_to_where_the_notice_goes(world: World) -> None:
    robin = await world.person(phone=PHONE_67, mail="robin@fabrikam.test")
    mail = world.candidate(EMAIL, {"mail": "Robin@Fabrikam.test"}, robin.user.id, "email")
    await world.store.commit(AddMethod(method=mail))
    found = await world.session(ROBIN)
    await world.sent()
    await remove(world.registration, await world.actor(found), mail.id, at=world.now)
    sent = [one for one in await world.sent() if isinstance(one, Mail)]
    assert [one.template for one in sent] == ["method-removed"]
