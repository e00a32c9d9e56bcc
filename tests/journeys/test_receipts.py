"""On a person's page each text and call is followed to its receipt."""

from datetime import timedelta

import pytest

from journeys.administrators import administrator, to_admin
from journeys.conftest import NewVisitor
from journeys.steps import PHONE, fail_texts, press, to_challenge
from proofup.methods.protocol import CallStatus
from proofup.values.ids import MessageId
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
HELP_DESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"


async def seen(visitor: Visitor, world: World, user_id: str) -> Page:
    return await visitor.open(f"/admin/users/{user_id}")


@pytest.mark.both_engines
async def test_a_text_is_followed_from_the_carrier_to_its_answer(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    await to_challenge(another_visitor)
    page = await seen(visitor, world, robin.user.id)
    assert "Waits to be sent" in page.text
    assert "To +XX XXXXXXXX67" in page.text
    (claimed,) = await world.store.outbox.claim("text", 9, timedelta(minutes=1), world.now)
    await world.store.outbox.mark_sent(claimed.id, None, world.now)
    page = await seen(visitor, world, robin.user.id)
    assert "Taken by the carrier today" in page.text
    assert "Delivery not confirmed" in page.text
    await world.store.outbox.mark_delivered(claimed.id, world.now)
    page = await seen(visitor, world, robin.user.id)
    assert "Delivered today" in page.text
    assert "Answered" not in page.text
    assert PHONE not in page.text


async def test_a_text_that_a_carrier_refused_says_why(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    await to_challenge(another_visitor)
    await fail_texts(world)
    page = await seen(visitor, world, robin.user.id)
    assert "Not delivered today" in page.text


async def test_an_answer_is_seen_and_so_is_how_a_call_went_on(
    world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    texted = new_visitor()
    await to_challenge(texted)
    await press(texted, "/signin/challenge", {"code": await world.texted_code()})
    page = await seen(visitor, world, robin.user.id)
    assert "Answered on the page" in page.text
    world.later(seconds=31)
    await world.challenged(robin.user.user_principal_name, Way("voiceMobile"))
    await world.hears(CallStatus.BUSY)
    page = await seen(visitor, world, robin.user.id)
    assert "The call: busy" in page.text


async def test_what_a_message_reached_is_not_shown_to_every_role(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world, role=HELP_DESK)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    await to_challenge(another_visitor)
    page = await seen(visitor, world, robin.user.id)
    assert "XXXXXXXX67" not in page.text


async def test_messages_of_others_are_not_mixed_in(world: World) -> None:
    assert await world.store.receipts.of([]) == {}
    assert MessageId("") == ""
