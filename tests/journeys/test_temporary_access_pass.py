"""From losing everything to a new phone: the help desk issues a pass, and it opens the way in."""

from collections.abc import Mapping

import pytest

from journeys.steps import PHONE, events, is_signed_in, mails, to_password, told
from proofup.administration.delete_method import delete_method
from proofup.administration.issue_method import MethodNotIssuedError, issue_method
from proofup.audit.events.methods import MethodAdded, MethodRemoved, MethodReplaced
from proofup.audit.events.sign_ins import FirstMethodUsed, SignInFailed
from proofup.directory.users import Person, UserType
from proofup.methods.registered_methods import MethodKind
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
KIND = MethodKind("temporaryAccessPass")
ADDRESS = f"/signin/with/{KIND}"
LINK = "Use a Temporary Access Pass"


async def issue(world: World, person: Person, wanted: Mapping[str, str] | None = None) -> str:
    """Let the help desk issue a pass, and return its letters."""
    target = await world.target(person.user.id)
    act = await issue_method(
        world.administration, world.host, target, KIND, wanted or {}, at=world.now
    )
    (letters,) = (await world.carry_out(act)).shown
    return letters.reveal()


async def give(visitor: Visitor, letters: str) -> Page:
    """Sign in with a pass."""
    page = await to_password(visitor)
    assert LINK in page.text
    await visitor.open(ADDRESS)
    return await visitor.send(ADDRESS, code=letters)


async def refusals(world: World, person: Person) -> list[str]:
    """Return why sign-ins of the person failed, the latest first."""
    log = await world.store.audit.of_user(person.user.id, most=20)
    return [one.event.because for one in log if isinstance(one.event, SignInFailed)]


@pytest.mark.both_engines
async def test_RC2_TAP_03_TAP_06_SI_10_a_pass_lets_in_and_opens_the_way_to_a_new_phone(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person()
    await world.store.commit(SetPolicy(policy=Policy(demand=Demand.EVERYONE)))
    letters = await issue(world, robin)
    (mail,) = await mails(world)
    assert (mail.template, mail.facts["kind"]) == ("method-added", KIND)
    assert letters not in repr(mail.facts)
    page = await give(visitor, letters.lower().replace("-", " "))
    # A pass does not last: who has nothing else sets up something that does, before anything else.
    assert page.path == "/proofup"
    await visitor.open("/security-info/add")
    await visitor.send("/security-info/add", kind="phone")
    page = await visitor.send("/security-info/phone", number=PHONE, country="GB")
    page = await visitor.send(page.path, code=await world.texted_code())
    assert "You're all set" in page.text
    assert is_signed_in(await visitor.send("/signin/continue"))
    page = await visitor.open("/security-info")
    assert "From your administrator; it ends 2026-" in page.text
    assert "Temporary Access Pass issued" in page.text
    assert "Signed in with a Temporary Access Pass" in page.text
    assert {MethodAdded, FirstMethodUsed} <= {*await events(world, robin)}


async def test_TAP_08_who_gives_a_used_pass_is_told_so_and_who_guesses_is_not(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person()
    letters = await issue(world, robin, {"isUsableOnce": "true"})
    assert is_signed_in(await give(visitor, letters))
    await visitor.send("/signout")
    page = await give(visitor, letters)
    told(page, "This pass was used already", number="500121")
    page = await visitor.send(ADDRESS, code="0000-0000")
    told(page, "The user name or the pass is not right", number="500121")
    assert await refusals(world, robin) == ["wrong", "alreadyUsed"]


async def test_RC1_an_ended_pass_says_so_and_so_does_one_that_the_rules_outgrew(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person()
    letters = await issue(world, robin)
    strict = Policy(methods={KIND: {"isUsableOnce": True}})
    await world.store.commit(SetPolicy(policy=strict))
    told(await give(visitor, letters), "only passes that work once", number="500121")
    world.later(minutes=60)
    told(await give(visitor, letters), "it has ended, or begins later", number="500121")


async def test_RC1_five_wrong_letters_are_followed_by_a_pause(
    world: World, visitor: Visitor
) -> None:
    letters = await issue(world, await world.person())
    await give(visitor, "0000-0000")
    for _ in range(4):
        await visitor.send(ADDRESS, code="0000-0000")
    page = await visitor.send(ADDRESS, code=letters)
    told(page, "Too many tries", number="50053", status=429)


async def test_TAP_02_TAP_07_another_pass_voids_the_one_before_and_what_it_opened(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person()
    first = await issue(world, robin)
    assert is_signed_in(await give(visitor, first))
    second = await issue(world, robin)
    (held,) = (await world.target(robin.user.id)).held
    await visitor.send("/signout")
    told(await give(visitor, first), "The user name or the pass is not right", number="500121")
    assert is_signed_in(await visitor.send(ADDRESS, code=second))
    act = delete_method(
        world.administration,
        world.host,
        await world.target(robin.user.id),
        held.id,
        at=world.now,
    )
    await world.carry_out(act)
    assert (await visitor.open("/security-info")).path.startswith("/signin")
    assert {MethodReplaced, MethodRemoved} <= {*await events(world, robin)}


async def test_TAP_07_a_session_is_over_when_the_pass_is(world: World, visitor: Visitor) -> None:
    robin = await world.person()
    letters = await issue(world, robin)
    world.later(minutes=45)
    assert is_signed_in(await give(visitor, letters))
    world.later(minutes=14)
    assert (await visitor.open("/myapps")).path == "/myapps"
    world.later(minutes=1)
    assert (await visitor.open("/myapps")).path.startswith("/signin")


async def test_TAP_09_a_guest_gets_no_pass(world: World) -> None:
    guest = await world.person(user_type=UserType.GUEST)
    with pytest.raises(MethodNotIssuedError, match="guests"):
        await issue(world, guest)


async def test_TAP_05_where_the_rules_leave_it_out_it_is_neither_offered_nor_issued(
    world: World, visitor: Visitor
) -> None:
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("sms")}))))
    robin = await world.person()
    assert LINK not in (await to_password(visitor)).text
    with pytest.raises(MethodNotIssuedError, match="rules"):
        await issue(world, robin)
