import pytest

from proofup.administration.target import target_called
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, Assignment, AssignRole
from proofup.policy.rules import Policy
from proofup.values.errors import UnknownUserError
from world import World

pytestmark = pytest.mark.anyio


async def test_a_target_is_read_with_all_that_acts_are_decided_by(world: World) -> None:
    robin = await world.person(apps=1)
    await world.store.commit(AssignRole(user_id=robin.user.id, role=GLOBAL_ADMINISTRATOR))
    target = await target_called(world.administration, "Robin.Ashby@contoso.test", at=world.now)
    assert (target.person.user, target.policy) == (robin.user, Policy())
    assert target.person.account.is_administrator(world.now)
    assert [one.kind for one in target.held] == ["softwareOath"]
    assert target.roles == {Assignment(role=GLOBAL_ADMINISTRATOR)}


async def test_nobody_is_no_target(world: World) -> None:
    with pytest.raises(UnknownUserError):
        await target_called(world.administration, "nobody@contoso.test", at=world.now)
