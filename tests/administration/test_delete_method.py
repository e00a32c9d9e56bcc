import pytest

from proofup.administration.delete_method import UnknownMethodError, delete_method
from proofup.audit.events.methods import MethodRemoved
from proofup.methods.phone import KIND as PHONE
from proofup.policy.actor import Actor
from proofup.registration.recovery import make_codes
from proofup.values.errors import UnknownUserError
from proofup.values.ids import CorrelationId, MethodId, UserId
from proofup.values.messages import Mail, Text
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
NUMBER = "+44 7700 900067"


async def deleted(world: World, user_id: UserId, kind: str) -> None:
    target = await world.target(user_id)
    going = next(one for one in target.held if one.kind == kind)
    await world.carry_out(
        delete_method(world.administration, world.host, target, going.id, at=world.now)
    )


@pytest.mark.both_engines
async def test_one_method_goes_and_the_owner_is_told(world: World) -> None:
    robin = (await world.person(phone=NUMBER, apps=1)).user.id
    session = await world.session(ROBIN)
    await world.sent()
    await deleted(world, robin, PHONE)
    left = await world.target(robin)
    assert [one.slot for one in left.held] == ["oath.1"]
    assert left.person.account.epoch == session.session.epoch + 1, "every session has ended"
    text, mail = await world.sent()
    assert isinstance(mail, Mail)
    assert mail.template == "method-removed"
    assert isinstance(text, Text)
    (entry, *_) = await world.store.audit.of_user(robin, most=1)
    assert entry.actor == "host"
    assert isinstance(entry.event, MethodRemoved)
    assert entry.event.command == "a command"


async def test_recovery_codes_go_with_the_last_method(world: World) -> None:
    robin = (await world.person(apps=1)).user.id
    found = await world.session(ROBIN)
    await make_codes(world.registration, await world.actor(found), at=world.now)
    await deleted(world, robin, "softwareOath")
    assert (await world.target(robin)).held == []


async def test_a_method_that_is_not_there_is_named(world: World) -> None:
    robin = (await world.person(phone=NUMBER)).user.id
    target = await world.target(robin)
    with pytest.raises(UnknownMethodError) as refused:
        delete_method(world.administration, world.host, target, MethodId("x"), at=world.now)
    assert [one.kind for one in refused.value.held] == [PHONE]


async def test_AD2_somebody_without_the_right_sees_nobody(world: World) -> None:
    robin = (await world.person(phone=NUMBER)).user.id
    target = await world.target(robin)
    actor = Actor(id="kim", correlation_id=CorrelationId("c"))
    with pytest.raises(UnknownUserError):
        delete_method(world.administration, actor, target, target.held[0].id, at=world.now)
