"""A person sees where they are signed in, and ends one session or every one."""

import pytest

from journeys.conftest import NewVisitor
from journeys.steps import PHONE, by_text, cookie, is_signed_in, mails, to_challenge
from proofup.audit.events.sign_ins import SessionEnded, SessionsRevoked
from proofup.directory.users import Person
from proofup.policy.rules import Policy, SetPolicy
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
HOME = "/security-info"
EVERYWHERE = f"{HOME}/sign-out-everywhere"
KIM = "kim.larsen@contoso.test"


@pytest.fixture
async def robin(world: World) -> Person:
    return await world.person(phone=PHONE)


async def sessions(world: World, person: Person) -> list[str]:
    """Return the ids of the person's sessions, the oldest first."""
    found = await world.store.engine.rows(
        "SELECT id FROM sessions WHERE user_id = ? ORDER BY started_at", person.user.id
    )
    return [str(row[0]) for row in found]


@pytest.mark.both_engines
async def test_SE4_a_person_sees_each_session_and_ends_another(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    lost, here = new_visitor(), new_visitor()
    lost.http.headers["user-agent"] = "Mozilla/5.0 (iPhone) Safari/605.1"
    here.http.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/156.0"
    await by_text(lost, world)
    world.later(minutes=5)
    page = await by_text(here, world, start=HOME)
    for said in ("Where you are signed in", "Safari on iPhone", "Chrome on Windows"):
        assert said in page.text
    assert page.text.count("This browser") == 1
    theirs, own = await sessions(world, robin)
    assert not [form for form in page.forms if own in form.action]
    page = await here.send(f"{HOME}/sessions/{theirs}/end")
    assert "You are signed out there" in page.text
    assert "Safari on iPhone" not in page.text
    assert (await lost.open(HOME)).path.startswith("/signin?")
    assert is_signed_in(await here.open(HOME))
    (ended, *_) = await world.store.audit.of_user(robin.user.id, most=9)
    assert ended.event == SessionEnded(session=theirs)


async def test_SE4_nobody_ends_the_session_of_another_nor_their_own_in_this_way(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    kim = await world.person(KIM, phone="+44 7700 900068")
    robins, kims, other = new_visitor(), new_visitor(), new_visitor()
    await by_text(robins, world)
    await by_text(other, world, name=KIM)
    world.later(minutes=1)
    page = await by_text(kims, world, name=KIM, start=HOME)
    (of_robin,), (first, own) = await sessions(world, robin), await sessions(world, kim)
    form = page.form(f"{HOME}/sessions/{first}/end")
    for named in (of_robin, own):
        token = form.fields["form_token"]
        await kims.post(f"{HOME}/sessions/{named}/end", {"form_token": token})
        assert is_signed_in(await robins.open(HOME))
        assert is_signed_in(await kims.open(HOME))


async def test_SI_03_ACT_09_AUD_14_SE4_a_lost_device_is_signed_out_with_every_other(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    await world.store.commit(SetPolicy(policy=Policy(remember_days=30)))
    lost, here = new_visitor(), new_visitor()
    await to_challenge(lost)
    await lost.send("/signin/challenge", code=await world.texted_code(), remember="on")
    world.later(minutes=5)
    assert "Lost device? Sign out everywhere" in (await by_text(here, world, start=HOME)).text
    page = await here.open(EVERYWHERE)
    assert "Browsers that skip the second proof 1" in " ".join(page.text.split())
    await mails(world)
    page = await here.send(EVERYWHERE)
    assert page.path.startswith("/signed-out")
    assert "You are signed out everywhere" in page.text
    assert cookie(here, "pu_s") is None
    assert (await lost.open(HOME)).path.startswith("/signin?")
    assert (await here.open(HOME)).path.startswith("/signin?")
    world.later(minutes=1)
    assert (await to_challenge(lost)).path == "/signin/challenge"  # it skips nothing any more
    assert [mail.template for mail in await mails(world)] == ["signed-out-everywhere"]
    found = await world.store.audit.of_user(robin.user.id, most=9)
    revoked = next(one for one in found if isinstance(one.event, SessionsRevoked))
    assert revoked.actor == robin.user.id
    assert revoked.event == SessionsRevoked(by="user", sessions=2)


async def test_SE4_a_proof_of_the_last_quarter_of_an_hour_is_asked_for(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    other, here = new_visitor(), new_visitor()
    await by_text(other, world)
    world.later(minutes=1)
    await by_text(here, world, start=HOME)
    theirs, _ = await sessions(world, robin)
    world.later(minutes=15)
    page = await here.send(f"{HOME}/sessions/{theirs}/end")
    assert page.path.startswith(f"{HOME}/verify")
    assert is_signed_in(await other.open(HOME))
    await here.open(EVERYWHERE)
    page = await here.send(EVERYWHERE)
    assert page.path.startswith(f"{HOME}/verify")
    await here.send(f"{HOME}/verify", button=("option", "sms"))
    page = await here.send("/signin/challenge", code=await world.texted_code())
    assert page.path == EVERYWHERE
    assert (await here.send(EVERYWHERE)).path.startswith("/signed-out")


@pytest.mark.parametrize("address", ["end", "everywhere"])
async def test_a_session_that_ended_meanwhile_ends_nothing(
    world: World, new_visitor: NewVisitor, robin: Person, address: str
) -> None:
    other, here = new_visitor(), new_visitor()
    await by_text(other, world)
    world.later(minutes=1)
    await by_text(here, world)
    theirs, _ = await sessions(world, robin)
    action = f"{HOME}/sessions/{theirs}/end" if address == "end" else EVERYWHERE
    await here.open(HOME if address == "end" else EVERYWHERE)
    world.later(minutes=61)
    assert (await here.send(action)).path.startswith("/signin?")


async def test_SE4_the_password_is_proof_enough_of_who_has_nothing_else(
    world: World, visitor: Visitor
) -> None:
    await world.person()
    assert is_signed_in(await to_challenge(visitor))
    await visitor.open(EVERYWHERE)
    assert (await visitor.send(EVERYWHERE)).path.startswith("/signed-out")
