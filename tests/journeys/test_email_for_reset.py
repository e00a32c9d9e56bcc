"""An address for password resets: it is verified before it counts, and it signs nobody in."""

import pytest

from journeys.administrators import act, administrator, to_admin
from journeys.steps import (
    PHONE,
    by_text,
    events,
    everything,
    is_signed_in,
    other_than,
    press,
    to_challenge,
    to_password,
)
from proofup.audit.events.methods import MethodAdded, MethodRemoved, MethodReplaced
from proofup.directory.users import Person
from proofup.methods.email import KIND, SLOT, WAY
from proofup.methods.registered_methods import AddMethod, NewMethod
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ids import MethodId, random_id
from proofup.values.messages import Mail, Text
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
ADDRESS = "/security-info/email"
OWN = "robin@example.org"


async def mailed(world: World) -> Mail:
    """Return the one mail with a code that waits."""
    (mail,) = [one for one in await world.sent() if isinstance(one, Mail) and "code" in one.facts]
    return mail


def code_of(mail: Mail) -> str:
    return mail.facts["code"].replace(" ", "")


async def typed(visitor: Visitor, address: str) -> Page:
    await visitor.open(ADDRESS)
    return await visitor.send(ADDRESS, mail=address)


async def added(world: World, person: Person, address: str = OWN) -> MethodId:
    """Store an address as if its owner had confirmed it."""
    method = world.catalogue.registrable[KIND].candidate(
        {"mail": address},
        NewMethod(
            id=MethodId(random_id(world.entropy)), user_id=person.user.id, slot=SLOT, at=world.now
        ),
        world.entropy,
    )
    await world.store.commit(AddMethod(method=method))
    return method.id


async def held(world: World, person: Person) -> list[str]:
    found = await world.store.methods.of_user(person.user.id)
    return [world.catalogue.describe(one).full for one in found if one.kind == KIND]


@pytest.mark.both_engines
async def test_EN6_an_address_is_verified_before_it_is_saved(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    await world.sent()
    await visitor.open("/security-info/add")
    page = await visitor.send("/security-info/add", kind="email")
    assert page.path == ADDRESS
    page = await visitor.send(ADDRESS, mail=f" Robin <{OWN}> ")
    mail = await mailed(world)
    assert (mail.to, mail.template) == (OWN, "code-for-address")
    assert await held(world, robin) == [], "nothing is saved yet"
    change = page.path
    page = await visitor.send(change, code=other_than(code_of(mail)))
    assert page.status == 400
    assert "That code didn't match. Type the six digits of the newest mail" in page.text
    page = await visitor.send(change, code=code_of(mail))
    assert page.path.startswith("/security-info?done=email-added")
    assert "Your address for password resets is added" in page.text
    assert await held(world, robin) == [OWN]
    assert MethodAdded in await events(world, robin)
    (notice,) = [one for one in await world.sent() if isinstance(one, Mail)]
    assert (notice.to, notice.template) == ("robin@fabrikam.test", "method-added")
    assert notice.facts["now"] == "r***@example.org"


async def test_VOC_09_it_is_never_an_option_of_a_sign_in(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await added(world, robin)
    await to_challenge(visitor)
    page = await visitor.open("/signin/options")
    assert "example.org" not in page.text
    await visitor.post(
        "/signin/challenge/send",
        {**(await visitor.open("/signin/challenge")).form("/signin/challenge/send").fields}
        | {"option": WAY},
    )
    assert not [one for one in await world.sent() if isinstance(one, Mail)]
    for default in (None, WAY):
        target = await world.target(robin.user.id)
        assert target.person.account.default_way in {None, default}


async def test_VOC_09_somebody_with_an_address_alone_must_still_register_a_method(
    world: World, visitor: Visitor
) -> None:
    await world.store.commit(SetPolicy(policy=Policy(demand=Demand.EVERYONE)))
    robin = await world.person()
    await added(world, robin)
    page = await to_challenge(visitor)
    assert page.path.startswith("/proofup")
    assert "Password reset only" not in page.text, "it is not offered on the way in"


async def test_VOC_09_confirming_it_is_no_second_proof_of_the_session(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person()
    await to_password(visitor, start="/signin?return=/security-info")
    assert is_signed_in(await visitor.send("/signin/password", password=PASSWORD))
    page = await typed(visitor, OWN)
    await visitor.send(page.path, code=code_of(await mailed(world)))
    assert await held(world, robin) == [OWN]
    ((second,),) = await world.store.engine.rows("SELECT second_at FROM sessions")
    assert second is None
    assert (await world.target(robin.user.id)).person.account.default_way is None
    page = await visitor.open("/security-info")
    assert "No sign-in methods yet" in page.text


async def test_EN6_a_change_is_told_to_the_old_address_too(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await added(world, robin)
    await by_text(visitor, world, start="/security-info")
    await world.sent()
    page = await typed(visitor, "robin@example.net")
    code = code_of(await mailed(world))
    assert await held(world, robin) == [OWN], "the old one works until then"
    page = await visitor.send(page.path, code=code)
    assert "Your address for password resets is changed" in page.text
    told = {one.to: one.template for one in await world.sent() if isinstance(one, Mail)}
    assert told == {"robin@fabrikam.test": "method-changed", OWN: "address-removed"}
    assert (await events(world, robin))[0] is MethodReplaced
    assert await held(world, robin) == ["robin@example.net"]


async def test_it_is_deleted_like_another_method(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    method_id = await added(world, robin)
    await by_text(visitor, world, start="/security-info")
    address = f"/security-info/methods/{method_id}/delete"
    page = await visitor.open(address)
    assert "Delete your address for password resets?" in page.text
    page = await press(visitor, address, {})
    assert "The sign-in method is deleted" in page.text
    assert await held(world, robin) == []
    assert MethodRemoved in await events(world, robin)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Type the address"),
        ("robin", "That is no mail address"),
        ("a@example.org, b@example.org", "Type one address only"),
        ("r\u00f6bin@example.org", "letters before the @"),
        ("robin@203.0.113.4", "That is no mail address"),
        ("<script>@example.org", "That is no mail address"),
    ],
)
async def test_WE2_what_is_no_address_is_refused_with_the_reason(
    world: World, visitor: Visitor, address: str, words: str
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    before = await everything(world)
    page = await typed(visitor, address)
    assert page.status == 400
    assert words in page.text
    assert "<script>@" not in page.html
    assert (await everything(world))["registrations"] == before["registrations"]


async def test_RC7_mails_to_one_address_are_limited_and_the_page_says_so(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    page = await typed(visitor, OWN)
    change = page.path
    page = await visitor.send(f"{change}/send")
    assert page.status == 429
    assert "A code was mailed there a moment ago" in page.text
    for _ in range(2):
        world.later(seconds=31)
        await visitor.open(change)
        assert (await visitor.send(f"{change}/send")).status == 200
    world.later(minutes=4)
    await visitor.open(change)
    page = await visitor.send(f"{change}/send")
    assert page.status == 429
    assert "mailed as many codes as we may" in page.text


async def test_without_a_mail_server_or_by_the_rules_nobody_can_add_one(
    world: World, visitor: Visitor
) -> None:
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("sms")}))))
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    assert (await visitor.open(ADDRESS)).path == "/security-info/add"


async def test_an_administrator_adds_one_that_somebody_told(world: World, visitor: Visitor) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    page = await visitor.open(f"/admin/users/{robin.user.id}")
    assert "Add email for reset" in page.text
    page = await act(visitor, robin, "add/email", mail="nonsense")
    assert page.status == 400
    assert "That is no mail address" in page.text
    page = await act(visitor, robin, "add/email", mail=OWN)
    assert page.status == 200
    assert await held(world, robin) == [OWN]
    texts = [one for one in await world.sent() if isinstance(one, Text)]
    assert not [one for one in texts if "reset" in one.body.reveal()]


async def test_DEL_05_it_stays_when_a_phone_is_lost_unless_it_is_asked_for(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    method_id = await added(world, robin)
    await to_admin(visitor, world, kim)
    await act(visitor, robin, "require-registration")
    assert await held(world, robin) == [OWN]
    await act(visitor, robin, "lost-device")
    assert await held(world, robin) == [OWN]
    await act(visitor, robin, "lost-device", **{f"also.{method_id}": "on"})
    assert await held(world, robin) == []
