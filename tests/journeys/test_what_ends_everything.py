"""What ends all sessions of an account also ends a sign-in, a set-up or a change under way."""

from collections.abc import Awaitable, Callable

import pytest

from journeys.house import routes_of
from journeys.steps import NEW_PHONE, PHONE, ROBIN, by_text, is_signed_in, texts, to_challenge
from proofup.administration.reset_password import reset_password
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.assembly.service import Service
from proofup.directory.users import Person
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.secret import Secret
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
NUMBER = "7700 900067"
End = Callable[[World, Person], Awaitable[object]]


async def disabled(world: World, person: Person) -> None:
    target = await world.target(person.user.id)
    await world.carry_out(set_account_enabled(world.host, target, enabled=False, at=world.now))


async def signed_out(world: World, person: Person) -> None:
    target = await world.target(person.user.id)
    await world.carry_out(revoke_sessions(world.administration, world.host, target, at=world.now))


async def given_a_password(world: World, person: Person) -> None:
    target = await world.target(person.user.id)
    new = Secret("another walk by the sea")
    await world.carry_out(
        await reset_password(world.administration, world.host, target, new, at=world.now)
    )


ENDS = pytest.mark.parametrize("end", [disabled, signed_out, given_a_password])


def pages(service: Service, *more: str) -> list[str]:
    """Return the address of every page that has a fixed one, and ``more``."""
    known = [route.path for _, route in routes_of(service.app) if "{" not in route.path]
    return [*known, *more, *(f"{one}/delivery" for one in more)]


async def sees_nothing(visitor: Visitor, paths: list[str], *words: str) -> None:
    for path in paths:
        page = await visitor.http.get(path, follow_redirects=False)
        assert not [word for word in words if word in page.text], path
        assert not (path.startswith("/proofup") and page.status_code == 200)


@ENDS
@pytest.mark.both_engines
async def test_SE3_a_set_up_in_a_sign_in_is_over(
    world: World, service: Service, visitor: Visitor, end: End
) -> None:
    robin = await world.person(ROBIN)
    await world.store.commit(SetPolicy(policy=Policy(demand=Demand.EVERYONE)))
    await to_challenge(visitor)
    await visitor.open("/security-info/add")
    await visitor.send("/security-info/add", kind="phone")
    change = await visitor.send("/security-info/phone", number=PHONE, country="GB")
    assert NUMBER in change.text
    code = await world.texted_code()
    await end(world, robin)
    await sees_nothing(visitor, pages(service, change.path), NUMBER, ROBIN)
    await visitor.send(change.path, code=code)
    assert await world.store.methods.of_user(robin.user.id) == []
    assert await texts(world) == []


@ENDS
async def test_SE3_a_sign_in_that_waits_for_its_code_is_over(
    world: World, service: Service, visitor: Visitor, end: End
) -> None:
    robin = await world.person(ROBIN, phone=PHONE)
    await to_challenge(visitor)
    code = await world.texted_code()
    await end(world, robin)
    asked = visitor.page
    await sees_nothing(visitor, pages(service), "ending in 67", ROBIN)
    visitor.page = asked
    page = await visitor.send("/signin/challenge", code=code)
    assert not is_signed_in(page)
    assert "This sign-in was stopped" in page.text or page.path == "/signin"


@ENDS
async def test_SE3_a_change_in_a_session_is_over(
    world: World, service: Service, visitor: Visitor, end: End
) -> None:
    robin = await world.person(ROBIN, phone=PHONE)
    assert is_signed_in(await by_text(visitor, world))
    await visitor.open("/security-info/phone")
    change = await visitor.send("/security-info/phone", number=NEW_PHONE, country="GB")
    code = await world.texted_code()
    (before,) = await world.store.methods.of_user(robin.user.id)
    await end(world, robin)
    await sees_nothing(visitor, pages(service, change.path), NUMBER, "7700 900", ROBIN)
    await visitor.send(change.path, code=code)
    assert await world.store.methods.of_user(robin.user.id) == [before]
