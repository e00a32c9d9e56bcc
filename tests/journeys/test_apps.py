"""Authenticator apps over their lives: set up, moved to another phone, lost, deleted."""

import base64
import re

import pytest

from journeys.steps import (
    PHONE,
    by_app,
    by_text,
    is_signed_in,
    secret_of,
    to_challenge,
    to_new_app,
    token_for,
    told,
)
from proofup.methods.time_based_code import hotp
from proofup.values.ways import Way
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio


def shown(world: World, secret: str) -> str:
    return hotp(base64.b32decode(secret), int(world.now.timestamp()) // 30)


async def test_APP_04_each_set_up_has_a_key_of_its_own_which_ends(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    first = await to_new_app(visitor, name="Blue")
    second = await to_new_app(visitor, name="Blue")
    assert secret_of(first) != secret_of(second)
    await visitor.send(second.path, code=shown(world, secret_of(second)))
    page = await visitor.open(second.path)
    assert page.path == "/security-info", "once it is used it is not shown again"
    world.later(minutes=30)
    page = await visitor.open(first.path)
    assert page.path == "/security-info"
    assert secret_of(first) not in page.html.replace(" ", "")


async def test_APP_06_a_new_phone_is_registered_first_and_the_old_one_deleted_then(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(apps=1)
    await by_app(visitor, world, robin)
    (old,) = await world.store.methods.of_user(robin.user.id)
    page = await to_new_app(visitor, name="New phone")
    secret = secret_of(page)
    await visitor.send(page.path, code=shown(world, secret))
    await visitor.open(f"/security-info/methods/{old.id}/delete")
    page = await visitor.send(f"/security-info/methods/{old.id}/delete")
    assert "The sign-in method is deleted" in page.text
    world.later(seconds=60)
    gone = hotp(world.secrets[old.id], int(world.now.timestamp()) // 30)
    await to_challenge(another_visitor)
    page = await another_visitor.send("/signin/challenge", code=gone)
    told(page, "That code didn't match", number="500121 WrongCodeEntered")
    code = shown(world, secret)
    assert is_signed_in(await another_visitor.send("/signin/challenge", code=code))


async def test_RSP_07_the_codes_of_a_deleted_app_fail_beside_one_that_stays(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(apps=2)
    await by_app(visitor, world, robin)
    first, second = [one.id for one in await world.store.methods.of_user(robin.user.id)]
    await visitor.open(f"/security-info/methods/{first}/delete")
    await visitor.send(f"/security-info/methods/{first}/delete")
    await visitor.send("/signout")
    world.later(seconds=60)
    await to_challenge(visitor)
    step = int(world.now.timestamp()) // 30
    page = await visitor.send("/signin/challenge", code=hotp(world.secrets[first], step))
    told(page, "That code didn't match", number="500121 WrongCodeEntered")
    code = hotp(world.secrets[second], step)
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_RSP_08_an_app_that_is_gone_from_its_phone_stays_until_it_is_deleted_here(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("oath"))
    world.later(days=400)
    await world.store.cleanup(world.now)
    page = await to_challenge(visitor)
    assert "Enter the code your app shows" in page.text, "still asked for first"
    await visitor.open("/signin/options")
    await visitor.send("/signin/challenge/send", button=("option", "sms"))
    await visitor.send("/signin/challenge", code=await world.texted_code())
    held = await world.store.methods.of_user(robin.user.id)
    (app,) = [one.id for one in held if one.kind == "softwareOath"]
    page = await visitor.open("/security-info")
    assert f'href="/security-info/methods/{app}/delete"' in page.html


async def test_SI_02_SI_05_SI_06_every_method_has_a_row_with_what_may_be_done(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=2, default=Way("sms"))
    page = await by_text(visitor, world, start="/security-info")
    held = await world.store.methods.of_user(robin.user.id)
    assert len(held) == 3
    for one in held:
        assert page.html.count(f'href="/security-info/methods/{one.id}/delete"') == 1
    assert page.html.count('href="/security-info/phone"') == 1
    assert 'href="/security-info/add"' in page.html
    page = await visitor.open("/security-info/add")
    assert "Alternate phone" not in page.text, "nobody serves calls here"


@pytest.mark.parametrize("minutes", [-9, -1, 1, 9])
async def test_a_code_of_another_time_says_to_check_the_clock_of_the_phone(
    world: World, visitor: Visitor, minutes: int
) -> None:
    robin = await world.person(apps=1)
    await to_challenge(visitor)
    code = await world.app_code(robin.user.id, steps=2 * minutes)
    page = await visitor.send("/signin/challenge", code=code)
    told(page, "check the clock of your phone", number="500121 CodeOfAnotherTime")
    assert "4 tries left" in page.text, "it is counted like any other"
    code = await world.app_code(robin.user.id)
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_apps_are_told_apart_in_the_activity(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    for name in ("Blue phone", "Tablet"):
        page = await to_new_app(visitor, name=name)
        await visitor.send(page.path, code=shown(world, secret_of(page)))
        world.later(seconds=60)
    page = await visitor.open("/security-info/activity")
    for name in ("Blue phone", "Tablet"):
        assert f"Authenticator app added {name}," in page.text


async def test_an_app_on_the_same_phone_is_opened_by_a_link(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    page = await to_new_app(visitor)
    secret = secret_of(page)
    assert re.search(rf'href="otpauth://totp/[^"+]*secret={secret}[^"+]*"', page.html)


@pytest.mark.both_engines
async def test_an_app_is_renamed_and_works_as_before(world: World, visitor: Visitor) -> None:
    robin = await world.person(apps=1)
    await by_app(visitor, world, robin)
    (app,) = await world.store.methods.of_user(robin.user.id)
    address = f"/security-info/methods/{app.id}/name"
    page = await visitor.open("/security-info")
    assert f'href="{address}"' in page.html
    await visitor.open(address)
    page = await visitor.send(address, displayName="x" * 65)
    assert page.status == 400
    assert "Use at most 64 letters" in page.text
    page = await visitor.send(address, displayName="Old tablet")
    assert "The name is changed" in page.text
    assert "Old tablet, codes" in page.text
    page = await visitor.open("/security-info/activity")
    assert "Authenticator app renamed Old tablet," in page.text
    await visitor.send("/signout")
    world.later(seconds=60)
    assert is_signed_in(await by_app(visitor, world, robin))


async def test_a_method_without_a_name_is_not_renamed(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await by_text(visitor, world)
    phone, app = sorted(await world.store.methods.of_user(robin.user.id), key=lambda one: one.kind)
    gone = "0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d47"
    for method_id in (phone.id, gone):
        address = f"/security-info/methods/{method_id}/name"
        assert (await visitor.open(address)).path == "/security-info"
        fields = {"displayName": "Mine", "form_token": token_for(visitor, address)}
        assert (await visitor.post(address, fields)).path == "/security-info"
    assert "Rename phone" not in (await visitor.open("/security-info")).text
    world.later(minutes=11)
    address = f"/security-info/methods/{app.id}/name"
    await visitor.open(address)
    page = await visitor.send(address, displayName="Mine")
    assert page.path.startswith("/security-info/verify"), "a name, too, is changed by its owner"
