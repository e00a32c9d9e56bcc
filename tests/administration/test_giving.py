"""What an administrator adds for somebody, chooses for them, forgets and clears."""

import pytest

from proofup.administration.add_method_for import add_method_for
from proofup.administration.forget_browsers import forget_browsers
from proofup.administration.lost_device import lost_device
from proofup.administration.reason import InvalidReasonError
from proofup.administration.set_default_for import set_default_for
from proofup.methods.phone import KIND as PHONE
from proofup.methods.phone import MOBILE
from proofup.methods.software_oath import KIND as OATH
from proofup.policy.actor import Actor
from proofup.values.errors import InvalidInputError, SlotTakenError, UnknownUserError
from proofup.values.ids import MethodId
from proofup.values.messages import Mail, Text
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
NUMBER = "+44 7700 900067"


async def test_a_number_is_added_in_any_spelling_and_the_person_is_told(world: World) -> None:
    robin = (await world.person()).user.id
    target = await world.target(robin)
    typed = {"number": "07700 900067", "region": "GB", "extension": "", "way": ""}
    act = add_method_for(
        world.administration, world.host, target, PHONE, typed, slot=MOBILE, at=world.now
    )
    new = await world.carry_out(act)
    assert new.full == NUMBER
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert mail.template == "method-added"
    with pytest.raises(SlotTakenError):
        add_method_for(
            world.administration,
            world.host,
            await world.target(robin),
            PHONE,
            typed,
            slot=MOBILE,
            at=world.now,
        )


async def test_what_cannot_be_taken_is_refused(world: World) -> None:
    target = await world.target((await world.person(phone=NUMBER)).user.id)
    with pytest.raises(InvalidInputError):
        set_default_for(world.administration, world.host, target, Way("oath"), at=world.now)
    with pytest.raises(InvalidInputError):
        add_method_for(
            world.administration,
            world.host,
            target,
            PHONE,
            {"number": "12", "region": "GB"},
            slot="phone.office",
            at=world.now,
        )


async def test_a_method_that_only_its_owner_adds_is_refused(world: World, nobody: Actor) -> None:
    target = await world.target((await world.person()).user.id)
    ports = world.administration
    with pytest.raises(UnknownUserError):
        add_method_for(ports, nobody, target, OATH, {}, slot="oath.1", at=world.now)
    with pytest.raises(InvalidInputError):
        add_method_for(ports, world.host, target, OATH, {}, slot="oath.1", at=world.now)


async def test_a_lost_device_takes_a_reason_and_what_is_asked_for_besides(world: World) -> None:
    robin = (await world.person(phone=NUMBER, apps=1)).user.id
    target = await world.target(robin)
    ports, actor = world.administration, world.host
    with pytest.raises(InvalidReasonError):
        await lost_device(ports, actor, target, " ", at=world.now)
    also = [MethodId("nobody's")]
    act = await lost_device(ports, actor, target, "lost", also=also, sessions=2, at=world.now)
    done = await world.carry_out(act)
    assert sorted(one.kind for one in done.cleared) == [PHONE, OATH]
    assert (done.devices, done.staying, done.sessions) == ([], (), 2)
    assert (await world.target(robin)).held == []
    assert {type(one) for one in await world.sent()} == {Mail, Text}


async def test_no_browser_to_forget_writes_nothing(world: World) -> None:
    robin = (await world.person()).user.id
    target = await world.target(robin)
    act = await forget_browsers(world.administration, world.host, target, at=world.now)
    assert act.changes == ()
    assert await world.carry_out(act) == []
