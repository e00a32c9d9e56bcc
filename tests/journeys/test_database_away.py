"""Pages while the database takes no changes, or is away: they say so and when to try again."""

import pytest

from journeys.steps import PHONE, by_text
from proofup.storage.statements import touched
from proofup.values.errors import StoreBusyError
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio


def told(page: Page) -> None:
    assert page.status == 503
    assert "Our database can't be used right now" in page.text
    assert "Try again in 10 seconds" in page.text
    assert page.headers["retry-after"] == "10"


async def test_the_sign_in_page_is_shown_while_nothing_can_be_written_and_a_form_says_so(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/myapps")
    await another_visitor.open("/signin")
    await world.store.engine.write(lambda: touched("PRAGMA query_only = 1"))
    with pytest.raises(StoreBusyError):
        await world.person("kim.larsen@contoso.test")
    assert (await visitor.open("/signin")).status == 200
    assert (await another_visitor.open("/signin")).status == 200
    told(await another_visitor.send("/signin", username="robin.ashby@contoso.test"))


@pytest.mark.both_engines
async def test_the_sign_in_page_says_that_the_database_is_away(
    world: World, visitor: Visitor, another_visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/myapps")

    async def away(*_: object, **__: object) -> None:
        raise StoreBusyError

    for name in ("rows", "read_long", "write"):
        monkeypatch.setattr(world.store.engine, name, away)
    told(await visitor.open("/signin"))
    assert (await another_visitor.open("/signin")).status in {200, 503}
