"""Issuing, with recovery codes as an administrator might hand them out."""

import pytest
from msgspec.structs import replace

from proofup.administration.issue_method import MethodIssued, MethodNotIssuedError, issue_method
from proofup.administration.ports import Ports
from proofup.audit.events.methods import MethodAdded
from proofup.directory.users import UserType
from proofup.methods.catalogue import catalogue_of
from proofup.methods.declaration import Who
from proofup.methods.recovery_codes import DECLARATION, KIND, RecoveryCodes
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ids import UserId
from proofup.values.messages import Mail
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
HANDED_OUT = replace(DECLARATION, added_by=frozenset({Who.ADMINISTRATOR}), for_guests=False)


def ports(world: World, *, mine: bool = False) -> Ports:
    """Return the ports of acts, where an administrator issues codes; ``mine`` is as it is."""
    method = RecoveryCodes() if mine else RecoveryCodes(declaration=HANDED_OUT)
    joined = world.administration
    return replace(joined, room=replace(joined.room, catalogue=catalogue_of(method)))


async def issued(world: World, user_id: UserId, *, mine: bool = False) -> MethodIssued:
    target = await world.target(user_id)
    act = await issue_method(ports(world, mine=mine), world.host, target, KIND, {}, at=world.now)
    return await world.carry_out(act)


@pytest.mark.both_engines
async def test_a_method_is_made_shown_once_and_told_of(world: World) -> None:
    robin = (await world.person()).user.id
    done = await issued(world, robin)
    assert len(done.shown) == 10
    (held,) = (await world.target(robin)).held
    assert held.kind == KIND
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert (mail.template, mail.facts["kind"]) == ("method-added", KIND)
    (entry, *_) = await world.store.audit.of_user(robin, most=1)
    assert isinstance(entry.event, MethodAdded)
    assert entry.event.command == "a command"


async def test_a_new_one_takes_the_place_of_the_old(world: World) -> None:
    robin = (await world.person()).user.id
    await issued(world, robin)
    (old,) = (await world.target(robin)).held
    await issued(world, robin)
    (new,) = (await world.target(robin)).held
    assert new.id != old.id


async def test_what_its_owner_makes_is_not_issued(world: World) -> None:
    robin = (await world.person()).user.id
    with pytest.raises(MethodNotIssuedError):
        await issued(world, robin, mine=True)


async def test_a_guest_gets_none_that_is_not_for_guests(world: World) -> None:
    guest = (await world.person(user_type=UserType.GUEST)).user.id
    with pytest.raises(MethodNotIssuedError):
        await issued(world, guest)


async def test_none_is_issued_that_the_rules_forbid(world: World) -> None:
    robin = (await world.person()).user.id
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("oath")}))))
    with pytest.raises(MethodNotIssuedError):
        await issued(world, robin)
