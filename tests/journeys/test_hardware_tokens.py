"""A hardware token: given by the help desk or taken by its serial number, activated, given back."""

import base64

import pytest

from journeys.steps import PHONE, by_text, events, is_signed_in, to_challenge, told
from methods.test_hardware_oath import code, token
from proofup.administration.oath_tokens import TokenNotGivenError, add_token, give_token
from proofup.administration.reset_methods import reset_methods
from proofup.audit.events.methods import MethodAdded, MethodReplaced
from proofup.directory.oath_tokens import OathToken, RemoveToken, TokenKnownError
from proofup.directory.users import Person, UserType
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.values.errors import MethodTakenError, StaleError
from proofup.values.ids import MethodId, random_id
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
KIND = MethodKind("hardwareOath")
PAGE = "/security-info/token"


async def stocked(world: World, serial: str = "A-1") -> OathToken:
    """Return a token that is in stock."""
    new = token(id=MethodId(random_id(world.entropy)), serial_number=serial)
    await world.carry_out(add_token(world.host, new, at=world.now))
    return new


async def held_by(world: World, person: Person) -> RegisteredMethod:
    (found,) = [
        one for one in await world.store.methods.of_user(person.user.id) if one.kind == KIND
    ]
    return found


async def take(visitor: Visitor, serial: str = "A-1") -> Page:
    """Type a serial number, as far as the page that asks for a code."""
    await visitor.open(PAGE)
    return await visitor.send(PAGE, serialNumber=serial, displayName="Blue")


async def give(world: World, person: Person, of: OathToken) -> None:
    target = await world.target(person.user.id)
    await world.carry_out(
        give_token(world.administration, world.host, target, of, {}, at=world.now)
    )


async def with_token(world: World, visitor: Visitor) -> Page:
    """Go as far as the page that asks for a code of the token."""
    await to_challenge(visitor)
    await visitor.open("/signin/options")
    return await visitor.send("/signin/challenge/send", button=("option", KIND))


async def test_HWT_10_HWT_11_a_person_takes_a_token_by_its_serial_number_and_signs_in_with_it(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    of = await stocked(world)
    assert (await world.store.oath_tokens.by_serial("A-1")) is not None
    await by_text(visitor, world)
    await visitor.open("/security-info/add")
    page = await visitor.send("/security-info/add", kind=KIND)
    assert page.path == PAGE
    page = await visitor.send(PAGE, serialNumber=" A-1 ", displayName="Blue")
    assert "Activate your token" in page.text
    candidate = token(id=of.id, serial_number="A-1")
    held = world.catalogue.token_method
    made = held.of_token(candidate, {}, user_id=robin.user.id, slot=KIND, at=world.now)
    page = await visitor.send(page.path, code=code(made, world.now))
    assert "Your token is activated" in page.text
    assert "Blue" in page.text
    assert base64.b32encode(of.secret.reveal()).decode() not in page.html
    assert repr(of.secret.reveal()) not in repr(of)
    found = await world.store.oath_tokens.by_serial("A-1")
    assert found is not None
    assert (found.holder, found.holder_name) == (robin.user.id, robin.user.user_principal_name)
    await visitor.send("/signout")
    world.later(minutes=1)
    page = await with_token(world, visitor)
    assert "Enter the code your token shows" in page.text
    typed = code(await held_by(world, robin), world.now)
    assert is_signed_in(await visitor.send("/signin/challenge", code=typed))
    assert {MethodAdded} <= {*await events(world, robin)}


async def test_HWT_08_HWT_12_DEL_04_an_assigned_token_is_activated_reset_and_activated_again(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await give(world, robin, await stocked(world))
    page = await to_challenge(visitor)
    assert "texted you" in page.text  # what is not activated is no option
    await visitor.send("/signin/challenge", code=await world.texted_code())
    page = await visitor.open("/security-info")
    assert "A-1, not activated yet" in page.text
    page = await take(visitor)
    page = await visitor.send(page.path, code=code(await held_by(world, robin), world.now))
    assert "Your token is activated" in page.text
    assert MethodReplaced in await events(world, robin)
    await visitor.send("/signout")
    target = await world.target(robin.user.id)
    done = await world.carry_out(
        reset_methods(world.administration, world.host, target, "asked", at=world.now)
    )
    assert done.lines == ["phone +XX XXXXXXXX67", "hardwareOath Blue (deactivated)"]
    target = await world.target(robin.user.id)
    assert [one.kind for one in target.held] == [KIND]
    assert not world.catalogue.options(target.held, at=world.now)


async def test_HWT_09_MX_03_a_token_is_nobody_elses_and_free_once_it_is_deleted(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    of = await stocked(world)
    kim = await world.person("kim@contoso.test", phone="+44 7700 900130")
    await by_text(another_visitor, world, name="kim@contoso.test")
    page = await take(another_visitor)
    waiting = page.path
    await give(world, robin, of)
    page = await another_visitor.send(waiting, code=code(await held_by(world, robin), world.now))
    told(page, "Somebody else has this token", number="500121")
    page = await take(another_visitor)
    assert "No free token has this serial number" in page.text
    with pytest.raises(MethodTakenError):
        await give(world, kim, of)
    with pytest.raises(StaleError):
        await world.store.commit(RemoveToken(token_id=of.id))
    assert await world.store.oath_tokens.by_serial("A-1")  # somebody has it
    await by_text(visitor, world)
    held = await held_by(world, robin)
    await visitor.open(f"/security-info/methods/{held.id}/delete")
    await visitor.send(f"/security-info/methods/{held.id}/delete")
    found = await world.store.oath_tokens.by_serial("A-1")
    assert found is not None
    assert found.holder is None
    await world.store.commit(RemoveToken(token_id=of.id))
    assert await world.store.oath_tokens.by_serial("A-1") is None


async def test_a_wrong_clock_is_told_apart_and_set_by_two_codes(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await give(world, robin, await stocked(world))
    await by_text(visitor, world)
    page = await take(visitor)
    made = await held_by(world, robin)
    page = await visitor.send(page.path, code=code(made, world.now, steps=15))
    assert "The clock of this token is off" in page.text
    both = f"{code(made, world.now, steps=15)} {code(made, world.now, steps=16)}"
    page = await visitor.send(page.path, code=both)
    assert "Your token is activated" in page.text
    page = await take(visitor)
    assert page.status == 200


async def test_HWT_05_a_serial_number_is_in_the_stock_once(world: World) -> None:
    await stocked(world)
    with pytest.raises(TokenKnownError):
        await stocked(world)
    page = await world.store.oath_tokens.page(after=None, most=10)
    assert [one.token.serial_number for one in page] == ["A-1"]


async def test_HWT_09_a_guest_gets_no_token(world: World) -> None:
    guest = await world.person(user_type=UserType.GUEST)
    of = await stocked(world)
    with pytest.raises(TokenNotGivenError, match="guests"):
        await give(world, guest, of)
