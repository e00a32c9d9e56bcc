"""What the pages of the admin centre take from a person, each judged by the next sign-in."""

import re
from collections.abc import Awaitable, Callable

import pytest

import what_goes
from journeys.administrators import act, administrator, to_admin
from journeys.test_per_user_mfa import stepped
from proofup.authentication.password import PasswordRefused, submit_password
from proofup.directory.users import Person
from proofup.methods.phone import MOBILE
from proofup.values.secret import Secret
from visitor import Page, Visitor
from what_goes import GONE, MIXED, ROBIN
from world import PASSWORD, World

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]
Done = Callable[[Visitor, World, Person], Awaitable[Page]]
SHOWN = re.compile(r'id="secret"><strong>([^<]+)<')
BOXES = {"again": "on", "app_passwords": "on", "browsers": "on"}


def page_of(word: str) -> Done:
    async def done(visitor: Visitor, _: World, robin: Person) -> Page:
        return await act(visitor, robin, word)

    return done


def step_of(step: str, **boxes: str) -> Done:
    async def done(visitor: Visitor, _: World, robin: Person) -> Page:
        return await stepped(visitor, step, robin, **boxes)

    return done


async def delete_phone(visitor: Visitor, world: World, robin: Person) -> Page:
    held = await world.store.methods.of_user(robin.user.id)
    phone = next(one for one in held if one.slot == MOBILE)
    return await act(visitor, robin, f"methods/{phone.id}/delete")


async def lose_everything(visitor: Visitor, world: World, robin: Person) -> Page:
    held = await world.store.methods.of_user(robin.user.id)
    return await act(visitor, robin, "lost-device", **{f"also.{one.id}": "on" for one in held})


PAGES: dict[str, Done] = {
    "require re-register": page_of("require-registration"),
    "revoke sessions": page_of("revoke-sessions"),
    "reset password": page_of("reset-password"),
    "disable per-user MFA": step_of("disable"),
    "delete the phone": delete_phone,
    "forget browsers": step_of("settings", browsers="on"),
    "delete app passwords": step_of("settings", app_passwords="on"),
    "lost device": page_of("lost-device"),
    "block": page_of("block"),
    "provide contact methods again": step_of("settings", again="on"),
    "all three boxes": step_of("settings", **BOXES),
    "disable and clear": step_of("disable", **BOXES),
    "lost device with everything": lose_everything,
}


def test_every_act_of_the_table_has_its_page() -> None:
    assert PAGES.keys() == GONE.keys() | MIXED.keys()


@pytest.mark.parametrize("name", PAGES)
async def test_DEL_01_to_12_what_each_page_takes_and_what_it_leaves(
    world: World, visitor: Visitor, name: str
) -> None:
    kim = await administrator(world)
    before = await what_goes.prepared(world)
    robin = (await world.target(before.user_id)).person
    await to_admin(visitor, world, kim)
    await act(visitor, robin, "issue/temporaryAccessPass")
    page = await PAGES[name](visitor, world, robin)
    assert page.status == 200, page.text
    new = None
    if name == "reset password":
        shown = SHOWN.search(page.html)
        assert shown, page.text
        new = shown[1]
        _, sign_in = await world.begin(ROBIN)
        old = await submit_password(world.sign_in, sign_in, Secret(PASSWORD), at=world.now)
        assert isinstance(old, PasswordRefused)
    left = await what_goes.left(world, before, new_password=new)
    assert left.gone == {**GONE, **MIXED}[name]
