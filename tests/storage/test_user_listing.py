"""Listing users by spans: each index, several alternatives, and paging by key."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from proofup.directory.listing import ALL, Place, Wanted, beginning, exactly
from proofup.directory.users import Account, AddUser, SetEnabled, User, UserType
from proofup.values.ids import UserId, random_id
from world import World

pytestmark = pytest.mark.anyio
NAMES = ("ada", "bo", "cy", "dee", "eve", "flo", "gus")
EVERYBODY = (Wanted(),)


@pytest.fixture
async def world(world: World) -> World:
    for number, name in enumerate(NAMES):
        user = User(
            id=UserId(random_id(world.entropy)),
            user_principal_name=f"{name}@contoso.test",
            display_name=("Zoe" if number % 2 else "Amy") + f" {name.title()}",
            surname=name.title(),
            mail=f"{name}@contoso.test" if number < 4 else f"{name}@fabrikam.test",
            user_type=UserType.GUEST if name == "gus" else UserType.MEMBER,
            created_at=world.now,
        )
        await world.store.commit(AddUser(user=user, account=Account(user_id=user.id)))
    return world


async def names(
    world: World, *alternatives: Wanted, by_display_name: bool = False, most: int = 100
) -> list[str]:
    """Return the names in all pages, and require that the count is right."""
    found: list[str] = []
    after: Place | None = None
    while True:
        page = await world.store.user_listing.page(
            alternatives, by_display_name=by_display_name, after=after, most=most
        )
        assert len(page.people) <= most
        found += [one.user.user_principal_name.partition("@")[0] for one in page.people]
        after = page.after
        if after is None:
            break
    assert await world.store.user_listing.count(alternatives) == len(found)
    return found


@pytest.mark.parametrize("most", [1, 2, 3, 100])
async def test_everybody_is_listed_once_in_either_order(world: World, most: int) -> None:
    assert await names(world, Wanted(), most=most) == list(NAMES)
    by_display_name = ["ada", "cy", "eve", "gus", "bo", "dee", "flo"]
    assert await names(world, Wanted(), by_display_name=True, most=most) == by_display_name


async def test_each_property_that_is_asked_for_is_looked_up(world: World) -> None:
    (ada,) = (
        await world.store.user_listing.page(EVERYBODY, by_display_name=False, after=None, most=1)
    ).people
    cases: Sequence[tuple[Wanted, list[str]]] = (
        (Wanted(id=ada.user.id), ["ada"]),
        (Wanted(id=UserId("nobody")), []),
        (Wanted(name=exactly("bo@contoso.test")), ["bo"]),
        (Wanted(name=beginning("b")), ["bo"]),
        (Wanted(display_name=beginning("amy")), ["ada", "cy", "eve", "gus"]),
        (Wanted(display_name=beginning("amy"), surname=exactly("cy")), ["cy"]),
        (Wanted(surname=exactly("dee")), ["dee"]),
        (Wanted(mail=exactly("eve@fabrikam.test")), ["eve"]),
        (Wanted(mail=exactly("ada@contoso.test")), []),
        (Wanted(name=exactly("ada@contoso.test"), mail_is_name=True), ["ada"]),
        (Wanted(name=exactly("eve@contoso.test"), mail_is_name=True), []),
        (Wanted(user_type=UserType.GUEST), ["gus"]),
        (Wanted(enabled=True, surname=beginning("f")), ["flo"]),
    )
    for wanted, found in cases:
        assert await names(world, wanted) == found, wanted
        assert sorted(await names(world, wanted, by_display_name=True, most=2)) == sorted(found)


async def test_alternatives_are_merged_and_nobody_is_there_twice(world: World) -> None:
    amy, b = Wanted(display_name=beginning("amy")), Wanted(name=beginning("b"))
    for most in (1, 2, 100):
        found = await names(world, amy, b, replace(amy, surname=exactly("cy")), most=most)
        assert found == ["ada", "bo", "cy", "eve", "gus"]
    assert await names(world) == []


async def test_an_account_that_is_disabled_can_be_asked_for(world: World) -> None:
    people = (
        await world.store.user_listing.page(EVERYBODY, by_display_name=False, after=None, most=1)
    ).people
    await world.store.commit(SetEnabled(user_id=people[0].user.id, enabled=False))
    assert await names(world, Wanted(enabled=False)) == ["ada"]
    assert len(await names(world, Wanted(enabled=True))) == len(NAMES) - 1


def test_spans_are_narrowed() -> None:
    assert ALL.within(exactly("a")) == exactly("a")
    assert beginning("a").within(beginning("b")).is_empty
    assert not beginning("a").within(beginning("ab")).is_empty
