"""The audit log has each step of a sign-in with its outcome, and no whole number."""

import re
from datetime import timedelta

import pytest

from journeys.steps import (
    ID,
    PHONE,
    by_app,
    by_text,
    everything,
    is_signed_in,
    other_than,
    to_challenge,
    told,
)
from proofup.audit.events.challenges import ChallengeFailed, ChallengeSent
from proofup.audit.events.sign_ins import SignedIn
from proofup.directory.users import BlockProofs
from proofup.policy.conversion import NoteSent
from proofup.values.ways import Way
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio


@pytest.mark.both_engines
async def test_LOG_02_LOG_03_LOG_04_every_step_is_a_line_with_its_way_and_its_result(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await to_challenge(visitor)
    code = await world.texted_code()
    await visitor.send("/signin/challenge", code=other_than(code))
    await visitor.send("/signin/challenge", code=code)
    log = [
        (entry.event, entry.succeeded)
        for entry in reversed(await world.store.audit.of_user(robin.user.id, most=9))
    ]
    assert log == [
        (ChallengeSent(way=Way("sms"), to="+XX XXXXXXXX67", purpose="signIn"), True),
        (ChallengeFailed(way=Way("sms"), because="wrong", purpose="signIn"), False),
        (SignedIn(level="multiFactor", way="sms"), True),
    ]


async def test_LOG_03_a_sign_in_without_a_second_proof_says_so(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person()
    await to_challenge(visitor)
    (entry,) = await world.store.audit.of_user(robin.user.id, most=1)
    assert entry.event == SignedIn(level="singleFactor", way="none")


async def test_LOG_06_no_entry_holds_a_whole_number(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await by_text(visitor, world)
    await visitor.open("/security-info/phone")
    page = await visitor.send("/security-info/phone", number="07700 900142", country="GB")
    await visitor.send(page.path, code=await world.texted_code())
    await visitor.open("/security-info/default")
    await visitor.send("/security-info/default", option="oath")
    log = " ".join(str(row[1]) for row in (await everything(world))["audit_log"])
    assert "+XX XXXXXXXX67" in log
    assert "+XX XXXXXXXX42" in log
    plain = re.sub(ID, "", log).replace(" ", "")  # an id may hold any digits
    for part in ("900067", "900142", "7700"):
        assert part not in plain


async def test_SMS_08_where_nobody_answers_nothing_is_sent_and_other_ways_are_offered(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(apps=1)
    await world.person("ines.costa@contoso.test", phone=PHONE)
    await world.store.commit(*[NoteSent(kind="texts", country="GB", at=world.now)] * 50)
    world.later(minutes=6)
    assert is_signed_in(await by_app(visitor, world, robin))
    await visitor.open("/security-info/phone")
    page = await visitor.send("/security-info/phone", number="07700 900142", country="GB")
    told(page, "Too few messages to the country of this number", number="500121 CountryNotServed")
    assert await world.sent() == []
    await to_challenge(another_visitor, name="ines.costa@contoso.test")
    assert len(await world.sent()) == 1, "numbers that are registered go on"


async def test_BLK_03_a_block_stops_second_proofs_and_no_sign_in_that_needs_none(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    until = world.now + timedelta(days=90)
    robin = await world.person()
    sam = await world.person("sam@contoso.test", apps=1)
    for one in (robin, sam):
        await world.store.commit(BlockProofs(user_id=one.user.id, until=until))
    assert is_signed_in(await to_challenge(visitor))
    page = await to_challenge(another_visitor, name="sam@contoso.test")
    assert (page.status, "Your second proof is blocked" in page.text) == (403, True)
    await world.store.commit(BlockProofs(user_id=sam.user.id, until=None))
    assert is_signed_in(await by_app(another_visitor, world, sam))
