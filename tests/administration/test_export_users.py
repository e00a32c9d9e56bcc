import msgspec
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
    ((text,),) = await world.store.engine.rows("SELECT text FROM audit_log")
    exported = UsersExported(file="people.csv", authentication_numbers="masked")
    entry = msgspec.json.decode(text)
    assert (entry["actor"], entry["event"]) == (actor.id, exported.word)
    assert entry["details"] == exported.facts
