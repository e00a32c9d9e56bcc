"""A first method that takes an invitation: a stolen password registers nothing."""

import base64
from datetime import timedelta

import pytest
from msgspec.structs import replace

from journeys.conftest import NewVisitor
from journeys.steps import PHONE, is_signed_in, mails, secret_of, to_challenge, to_new_app, told
from journeys.test_proving_up import asked, with_app
from proofup.administration import invite as acts
from proofup.administration.invite_without_password import invite_without_password
from proofup.audit.events.methods import InvitationOpened
from proofup.directory.users import Person, User
from proofup.methods.time_based_code import hotp
from proofup.policy.rule_choices import Demand, Guard
from proofup.policy.rules import Policy, SetPolicy
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
GUARDED = Policy(demand=Demand.EVERYONE, guard=Guard.INVITATION)
NEEDED = "You need an invitation for this"


async def invite(world: World, user: User) -> str:
    """Return the address of a new invitation."""
    found = await world.target(user.id)
    target = replace(found, person=Person(user, found.person.account))
    made = await world.carry_out(
        acts.invite(world.administration, world.host, target, by_mail=False, at=world.now)
    )
    return made.url.reveal().removeprefix("https://id.contoso.test")


async def open_link(visitor: Visitor, address: str) -> None:
    page = await visitor.open(address)
    assert page.status == 200, page.text
    await visitor.send(address)


async def test_EN3_GRD_02_GRD_04_E_53010_a_password_alone_registers_nothing(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world, GUARDED)
    page = await to_challenge(visitor)
    told(page, NEEDED, number="53010", status=403)
    for address in ("/security-info/add", "/security-info/phone"):
        told(await visitor.open(address), NEEDED, number="53010", status=403)
    assert await world.store.methods.of_user(person.user.id) == []


@pytest.mark.both_engines
async def test_GRD_04_who_opened_the_invitation_registers_and_is_in(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world, GUARDED)
    address = await invite(world, person.user)
    await open_link(visitor, address)
    page = await to_challenge(visitor)
    assert "Add a second proof to your account" in page.text
    assert "You're all set" in (await with_app(visitor, world)).text
    assert is_signed_in(await visitor.send("/signin/continue"))
    entries = [type(one.event) for one in await world.store.audit.of_user(person.user.id, most=50)]
    assert InvitationOpened in entries
    # It is used up.
    told(await visitor.open(address), "has been used or is over", number="50089", status=410)


async def test_RC5_opening_the_link_is_no_use_of_it(world: World, visitor: Visitor) -> None:
    person = await asked(world, GUARDED)
    address = await invite(world, person.user)
    for _ in range(3):  # a scanner of mails
        assert (await visitor.open(address)).status == 200
    await to_challenge(visitor)
    told(await visitor.open("/proofup"), NEEDED, number="53010", status=403)
    await open_link(visitor, address)
    page = await to_challenge(visitor)
    assert "Add a second proof" in page.text


async def test_RC5_an_invitation_lasts_seven_days(world: World, visitor: Visitor) -> None:
    person = await asked(world, GUARDED)
    address = await invite(world, person.user)
    world.now += timedelta(days=7) - timedelta(seconds=1)
    assert (await visitor.open(address)).status == 200
    world.later(seconds=1)
    assert (await visitor.open(address)).status == 410


async def test_RC5_a_newer_invitation_takes_the_place_of_the_older(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world, GUARDED)
    older = await invite(world, person.user)
    newer = await invite(world, person.user)
    assert (await visitor.open(older)).status == 410
    assert (await visitor.open(newer)).status == 200


async def test_RC5_an_invitation_is_bound_to_its_account_and_address(
    world: World, visitor: Visitor
) -> None:
    robin = await asked(world, GUARDED)
    kim = await world.person("kim.larsen@contoso.test", mail="kim@fabrikam.test")
    await open_link(visitor, await invite(world, kim.user))
    await to_challenge(visitor)  # as Robin
    told(await visitor.open("/proofup"), NEEDED, number="53010", status=403)
    moved = await invite(world, replace(robin.user, mail="older@fabrikam.test"))
    assert (await visitor.open(moved)).status == 410


@pytest.mark.both_engines
async def test_RC5_an_invitation_registers_once_from_two_browsers(
    world: World, new_visitor: NewVisitor
) -> None:
    person = await asked(world, GUARDED)
    address = await invite(world, person.user)
    one, other = new_visitor(), new_visitor()
    begun = []
    for visitor in (one, other):
        await open_link(visitor, address)
        await to_challenge(visitor)
        page = await to_new_app(visitor, name="Blue")
        code = hotp(base64.b32decode(secret_of(page)), int(world.now.timestamp()) // 30)
        begun.append((visitor, page.path, code))
    (one, path, code), (other, another, later) = begun
    assert "You're all set" in (await one.send(path, code=code)).text
    await other.send(another, code=later)
    assert len(await world.store.methods.of_user(person.user.id)) == 1


async def test_GRD_04_in_a_session_too_a_first_method_takes_an_invitation(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world, Policy(guard=Guard.INVITATION))
    assert is_signed_in(await to_challenge(visitor))
    told(await visitor.open("/security-info/add"), NEEDED, number="53010", status=403)
    await open_link(visitor, await invite(world, person.user))
    page = await with_app(visitor, world)
    assert is_signed_in(page)
    assert len(await world.store.methods.of_user(person.user.id)) == 1


async def test_a_second_method_takes_none(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await world.store.commit(SetPolicy(policy=GUARDED))
    await to_challenge(visitor)
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert is_signed_in(page)
    assert (await visitor.open("/security-info/add")).status == 200


async def test_GRD_04_without_one_it_can_still_be_put_off_where_the_rules_say(
    world: World, visitor: Visitor
) -> None:
    await asked(world, replace(GUARDED, grace_days=14))
    page = await to_challenge(visitor)
    assert "To add it you need an invitation" in page.text
    assert "Next" not in page.text
    assert is_signed_in(await visitor.send("/signin/later"))


async def test_a_link_that_is_none_is_over(world: World, visitor: Visitor) -> None:
    page = await visitor.open("/invitation/none")
    told(page, "has been used or is over", number="50089", status=410)
    person: Person = await world.person()
    address = await invite(world, person.user)
    await visitor.open(address)
    world.later(days=8)
    page = await visitor.send(address)
    told(page, "has been used or is over", number="50089", status=410)


async def test_who_came_without_a_password_chooses_one_by_the_link_and_signs_in(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(password=None, phone=PHONE)
    act = await invite_without_password(
        world.administration, world.host, [robin.user.id], at=world.now
    )
    await world.carry_out(act)
    (mail,) = await mails(world)
    address = mail.facts["invitation_url"].removeprefix("https://id.contoso.test")
    page = await visitor.open(address)
    assert "Choose your password" in page.text
    assert "as a guest" not in page.text
    new = "a long walk by the northern sea"
    await visitor.send(address, new=new, again=new)
    await visitor.send("/signin", username=robin.user.user_principal_name)
    await visitor.send("/signin/password", password=new)
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert is_signed_in(page)
    assert (await visitor.open(address)).status == 200, "the link opens, and sets no password again"
    lacking = await world.administration.without_password.among([robin.user.id])
    assert lacking == frozenset()
