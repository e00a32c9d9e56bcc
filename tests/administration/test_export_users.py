import pytest

from administration.conftest import Administrator
from proofup.administration.export_users import export_users
from proofup.audit.events.service import UsersExported
from world import World

pytestmark = pytest.mark.anyio


async def test_an_export_is_written_down_before_it_begins(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    await world.carry_out(export_users(actor, "people.csv", "masked", at=world.now))
    rows = await world.store.engine.rows("SELECT text FROM audit_log")
    exported = UsersExported(file="people.csv", authentication_numbers="masked")
    assert exported.word in rows[-1][0]
    assert '"file":"people.csv"' in rows[-1][0]
