"""A request reads a person only once, together with methods and rules."""

from collections import Counter

import pytest

from journeys.steps import PHONE, by_text
from proofup.storage.statements import Value
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
# The session, the person, and other data of the page.
MOST = {
    "/myapps": 4,
    "/profile": 2,
    "/security-info": 8,
    "/security-info/add": 2,
    "/security-info/default": 2,
    "/security-info/phone": 2,
    "/security-info/password": 2,
    "/security-info/recovery-codes": 2,
    "/security-info/devices/restore": 3,
    "/security-info/sign-out-everywhere": 4,
    "/security-info/verify": 2,
    "/security-info/activity": 3,
}


@pytest.mark.parametrize("path", MOST)
@pytest.mark.both_engines
async def test_a_page_takes_few_statements(
    world: World, visitor: Visitor, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    ran: Counter[str] = Counter()
    engine = type(world.store.engine)
    rows = engine.rows

    async def counted(self: object, sql: str, *values: Value) -> object:
        ran[sql] += 1
        return await rows(self, sql, *values)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "rows", counted)
    page = await visitor.open(path)
    assert (page.status, page.path) == (200, path)
    assert ran.total() == MOST[path], ran
    assert max(ran.values()) == 1, "the same is not read twice"
