"""Giving somebody a method that was made on a device at hand, and naming what they have."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from methods.authenticator import Authenticator
from proofup.administration.delete_method import UnknownMethodError
from proofup.administration.issue_method import MethodNotIssuedError
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.provision_method import DeviceAsked, ask_device, provision_method
from proofup.administration.rename_method_for import rename_method_for
from proofup.directory.users import UserType
from proofup.methods.catalogue import catalogue_of
from proofup.methods.fido2 import KIND, Fido2
from proofup.methods.phone import KIND as PHONE
from proofup.methods.registered_methods import MethodKind
from proofup.values.errors import AlreadySpentError, InvalidInputError
from proofup.values.ids import UserId
from world import World

pytestmark = pytest.mark.anyio
SOON = timedelta(minutes=5)


async def asking(
    world: World, user_id: UserId, kind: MethodKind = KIND, ports: Ports | None = None
) -> Planned[DeviceAsked]:
    target = await world.target(user_id)
    ports = ports or world.administration
    return ask_device(ports, world.host, target, kind, lifetime=SOON, at=world.now)


@pytest.mark.both_engines
async def test_of_two_answers_to_one_challenge_one_counts(world: World) -> None:
    robin = (await world.person()).user.id
    asked = await world.carry_out(await asking(world, robin))
    acts = [
        await provision_method(
            world.administration,
            world.host,
            await world.target(robin),
            KIND,
            name=name,
            answer=Authenticator(name).create(asked.options),
            at=world.now,
        )
        for name in ("Blue", "Red")
    ]
    await world.carry_out(acts[0])
    with pytest.raises(AlreadySpentError):
        await world.carry_out(acts[1])
    (held,) = (await world.target(robin)).held
    assert world.catalogue.describe(held).full == "Blue"


async def test_only_what_a_device_makes_is_asked_of_one(world: World) -> None:
    robin = (await world.person()).user.id
    with pytest.raises(InvalidInputError):
        await asking(world, robin, PHONE)


async def test_a_guest_gets_none_that_is_not_for_guests(world: World) -> None:
    guest = (await world.person(user_type=UserType.GUEST)).user.id
    method = world.catalogue.by_kind[KIND]
    assert isinstance(method, Fido2)
    ours = replace(method, declaration=replace(method.declaration, for_guests=False))
    joined = world.administration
    ports = replace(joined, room=replace(joined.room, catalogue=catalogue_of(ours)))
    with pytest.raises(MethodNotIssuedError):
        await asking(world, guest, ports=ports)
    assert (await asking(world, guest)).changes


async def test_what_has_no_name_is_not_renamed(world: World) -> None:
    robin = (await world.person(phone="+44 7700 900067")).user.id
    target = await world.target(robin)
    with pytest.raises(UnknownMethodError):
        rename_method_for(
            world.administration, world.host, target, target.held[0], "Red", at=world.now
        )
