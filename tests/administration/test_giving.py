"""What an administrator adds for somebody, chooses for them, forgets and clears."""

import pytest

from methods.test_hardware_oath import assigned, code, token
from proofup.administration.add_method_for import add_method_for
from proofup.administration.change_method_for import change_method_for
from proofup.administration.delete_method import UnknownMethodError
from proofup.administration.forget_browsers import forget_browsers
from proofup.administration.lost_device import lost_device
from proofup.administration.oath_tokens import (
    TokenNotGivenError,
    UnknownTokenError,
    activate_token,
    add_token,
    deactivate_token,
    give_token,
    take_token,
)
from proofup.administration.planned import Planned
from proofup.administration.reason import InvalidReasonError
from proofup.administration.set_default_for import set_default_for
from proofup.directory.users import UserType
from proofup.methods.hardware_oath import KIND as TOKEN
from proofup.methods.hardware_oath import SLOT as TOKEN_SLOT
from proofup.methods.phone import KIND as PHONE
from proofup.methods.phone import MOBILE
from proofup.methods.protocol import Description
from proofup.methods.software_oath import KIND as OATH
from proofup.policy.actor import Actor
from proofup.values.errors import InvalidInputError, SlotTakenError, UnknownUserError
from proofup.values.ids import MethodId, UserId
from proofup.values.messages import Mail, Text
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
NUMBER = "+44 7700 900067"


async def test_a_number_is_added_in_any_spelling_and_the_person_is_told(world: World) -> None:
    robin = (await world.person()).user.id
    target = await world.target(robin)
    typed = {"number": "07700 900067", "region": "GB", "extension": "", "way": ""}
    act = await add_method_for(
        world.administration, world.host, target, PHONE, typed, slot=MOBILE, at=world.now
    )
    new = await world.carry_out(act)
    assert new.full == NUMBER
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert mail.template == "method-added"
    with pytest.raises(SlotTakenError):
        await add_method_for(
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
        await add_method_for(
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
        await add_method_for(ports, nobody, target, OATH, {}, slot="oath.1", at=world.now)
    with pytest.raises(InvalidInputError):
        await add_method_for(ports, world.host, target, OATH, {}, slot="oath.1", at=world.now)


async def test_a_token_is_added_by_its_serial_number_to_one_member(world: World) -> None:
    robin, kim = await world.person(), await world.person("kim@contoso.test")
    guest = await world.person("guest@fabrikam.test", user_type=UserType.GUEST)
    await world.carry_out(add_token(world.host, token(), at=world.now))

    async def added(user_id: UserId, serial: str) -> Planned[Description]:
        target, typed = await world.target(user_id), {"serialNumber": serial}
        ports, actor = world.administration, world.host
        return await add_method_for(
            ports, actor, target, TOKEN, typed, slot=TOKEN_SLOT, at=world.now
        )

    for user_id, serial in ((robin.user.id, "A-2"), (robin.user.id, ""), (guest.user.id, "A-1")):
        with pytest.raises(InvalidInputError):
            await added(user_id, serial)
    new = await world.carry_out(await added(robin.user.id, "A-1"))
    assert new.kind == TOKEN
    with pytest.raises(InvalidInputError):
        await added(kim.user.id, "A-1")


async def test_a_token_is_activated_by_the_code_it_shows_and_taken_from_who_has_it(
    world: World,
) -> None:
    robin, of = await world.target((await world.person()).user.id), token()
    ports, actor = world.administration, world.host
    await world.carry_out(add_token(actor, of, at=world.now))
    with pytest.raises(TokenNotGivenError, match="code"):
        give_token(ports, actor, robin, of, {}, code="000000", at=world.now)
    with pytest.raises(UnknownTokenError):
        take_token(ports, actor, robin, of, at=world.now)
    right = code(assigned(of, robin.person.user.id), world.now)
    await world.carry_out(give_token(ports, actor, robin, of, {}, code=right, at=world.now))
    robin = await world.target(robin.person.user.id)
    assert world.catalogue.options(robin.held, at=world.now)
    await world.carry_out(take_token(ports, actor, robin, of, at=world.now))
    assert (await world.target(robin.person.user.id)).held == []


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


async def test_a_number_is_changed_and_the_one_before_is_told_that_it_went(world: World) -> None:
    target = await world.target((await world.person(phone=NUMBER, apps=1)).user.id)
    phone = next(one for one in target.held if one.kind == PHONE)
    ports, typed = world.administration, {"number": "+1 7748933135", "way": ""}
    act = change_method_for(ports, world.host, target, phone, typed, at=world.now)
    new = await world.carry_out(act)
    assert new.full == "+1 774-893-3135"
    after = await world.target(target.person.user.id)
    assert after.person.account.epoch == target.person.account.epoch + 1
    assert [one.slot for one in after.held if one.kind == PHONE] == [MOBILE]
    kinds = [type(one) for one in await world.sent()]
    assert kinds == [Text, Mail]


async def test_a_number_that_is_the_same_changes_nothing(world: World) -> None:
    target = await world.target((await world.person(phone=NUMBER)).user.id)
    ports, typed = world.administration, {"number": "+44 7700 900067", "way": ""}
    act = change_method_for(ports, world.host, target, target.held[0], typed, at=world.now)
    assert act.changes == ()


async def test_what_only_its_owner_changes_is_not_changed(world: World, nobody: Actor) -> None:
    target = await world.target((await world.person(apps=1)).user.id)
    ports, (app,) = world.administration, target.held
    with pytest.raises(UnknownMethodError):
        change_method_for(ports, world.host, target, app, {}, at=world.now)
    with pytest.raises(UnknownUserError):
        change_method_for(ports, nobody, target, app, {}, at=world.now)


async def test_a_token_that_was_given_is_activated_and_deactivated(world: World) -> None:
    ports, actor = world.administration, world.host
    robin, of = await world.target((await world.person()).user.id), token()
    await world.carry_out(add_token(actor, of, at=world.now))
    with pytest.raises(UnknownTokenError):
        activate_token(ports, actor, robin, of.id, code="000000", at=world.now)
    await world.carry_out(give_token(ports, actor, robin, of, {}, at=world.now))
    robin = await world.target(robin.person.user.id)
    with pytest.raises(TokenNotGivenError, match="code"):
        activate_token(ports, actor, robin, of.id, code="000000", at=world.now)
    (held,) = robin.held
    shown = code(held, world.now)
    await world.carry_out(activate_token(ports, actor, robin, of.id, code=shown, at=world.now))
    robin = await world.target(robin.person.user.id)
    assert ports.room.catalogue.options(robin.held, at=world.now)
    await world.carry_out(deactivate_token(ports, actor, robin, of.id, at=world.now))
    robin = await world.target(robin.person.user.id)
    assert not ports.room.catalogue.options(robin.held, at=world.now)
