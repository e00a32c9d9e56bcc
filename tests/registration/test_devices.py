"""Forgetting browsers: by their owner alone."""

import pytest

from proofup.audit.events.sign_ins import DeviceForgotten
from proofup.registration.devices import forget
from proofup.values.ids import DeviceId
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"


async def test_EN8_what_is_no_browser_of_the_actor_is_no_error(world: World) -> None:
    person = await world.person(phone="+44 7700 900067")
    actor = await world.actor(await world.session(ROBIN))
    await forget(world.registration, actor, DeviceId("of somebody else"), at=world.now)
    entries = await world.store.audit.of_user(person.user.id, most=20)
    assert DeviceForgotten not in [type(entry.event) for entry in entries]
