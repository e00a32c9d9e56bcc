"""A person looks what happened to their account lately, and says that it was not them."""

import pytest

from journeys.steps import PHONE, by_text, to_password
from proofup.audit.entry import Entry
from proofup.audit.events.methods import MethodRemoved
from proofup.values.ids import CorrelationId, UserId
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
ACTIVITY = "/security-info/activity"


async def happened(world: World, user_id: UserId, many: int) -> None:
    for _ in range(many):
        entry = Entry(
            at=world.now,
            event=MethodRemoved(kind="phone", was="+XX XXXXXXXX67", now=""),
            actor="host",
            target=user_id,
            succeeded=True,
            correlation_id=CorrelationId("c-1"),
        )
        await world.store.commit(entry)


@pytest.mark.both_engines
async def test_AU3_a_person_sees_what_happened_and_where_from(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await world.person("sam@contoso.test")
    await happened(world, robin.user.id, 1)
    world.later(days=31)
    await to_password(another_visitor)
    await another_visitor.send("/signin/password", password="a guess")
    await to_password(another_visitor, name="sam@contoso.test")
    await another_visitor.send("/signin/password", password="a guess")
    await by_text(visitor, world)
    page = await visitor.open("/security-info")
    assert f'href="{ACTIVITY}"' in page.html
    page = await visitor.open(ACTIVITY)
    assert "Signed in" in page.text
    assert page.text.count("Sign-in failed") == 1
    assert "network 198.51.100.7" in page.text
    assert "Phone deleted" not in page.text, "that was longer ago than the page goes back"
    assert "Only the newest" not in page.text


async def test_only_the_newest_are_shown_and_that_is_said(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    await happened(world, robin.user.id, 101)
    page = await visitor.open(ACTIVITY)
    assert page.text.count("Phone deleted") == 100
    assert "Only the newest 100 are shown" in page.text


async def test_SE4_who_sees_a_stranger_there_is_signed_out_everywhere(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open(ACTIVITY)
    page = await visitor.send("/security-info/not-me")
    assert page.path == "/not-me/done"
    assert (await visitor.open(ACTIVITY)).path.startswith("/signin")
    person = await world.store.people.by_id(robin.user.id)
    assert person
    assert person.account.changes_held_at == world.now
