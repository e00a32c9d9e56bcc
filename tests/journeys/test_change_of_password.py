"""A person changes the password, and everybody else who knew it is signed out."""

import pytest
from msgspec.structs import replace

from journeys.steps import PHONE, by_app, by_text, events, everything, is_signed_in, to_password
from proofup.assembly.service import Service
from proofup.audit.events.accounts import PasswordSet
from proofup.directory.users import HoldChanges, RaiseEpoch
from proofup.registration.password import ChangeRefusal, ChangeRefused, change_password
from proofup.values.errors import RevokedError, TooBusyError
from proofup.values.messages import Mail
from proofup.values.secret import Secret
from visitor import Page, Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
ADDRESS = "/security-info/password"
NEW = "seven grey geese fly south"


async def typed(visitor: Visitor, present: str, new: str, again: str | None = None) -> Page:
    await visitor.open(ADDRESS)
    again = new if again is None else again
    return await visitor.send(ADDRESS, present=present, new=new, again=again)


@pytest.mark.both_engines
async def test_PW7_SI_09_MX_09_the_password_is_changed_and_the_old_one_is_worth_nothing(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    page = await by_text(visitor, world, start="/security-info")
    assert f'href="{ADDRESS}"' in page.html
    await world.sent()
    page = await typed(visitor, PASSWORD, NEW)
    assert page.path == "/security-info?done=password-changed"
    assert "Your password is changed" in page.text
    assert "A notice is on its way to robin@fabrikam.test" in page.text
    (mail,) = [one for one in await world.sent() if isinstance(one, Mail)]
    assert mail.template == "password-changed"
    assert (await events(world, robin))[0] is PasswordSet
    world.later(seconds=31)
    await to_password(another_visitor)
    page = await another_visitor.send("/signin/password", password=PASSWORD)
    assert "The user name or the password is not right" in page.text
    page = await another_visitor.send("/signin/password", password=NEW)
    assert page.path == "/signin/challenge"
    assert is_signed_in(await visitor.open("/security-info")), "and one stays signed in here"


async def test_SE3_E_50132_every_other_session_is_over(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(another_visitor, world)
    world.later(seconds=31)
    await by_text(visitor, world)
    assert is_signed_in(await another_visitor.open("/security-info"))
    await typed(visitor, PASSWORD, NEW)
    page = await another_visitor.open("/security-info")
    assert page.path.startswith("/signin?return=")


async def test_PW7_it_takes_a_second_proof_of_the_last_five_minutes(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(apps=1)
    await by_app(visitor, world, robin)
    await visitor.open(ADDRESS)
    form = visitor.page
    world.later(minutes=5)
    page = await visitor.open(ADDRESS)
    assert page.path.startswith("/security-info/verify")
    before = await everything(world)
    visitor.page = form
    page = await visitor.send(ADDRESS, present=PASSWORD, new=NEW, again=NEW)
    assert page.path.startswith("/security-info/verify")
    assert (await everything(world))["credentials"] == before["credentials"]
    await visitor.send("/security-info/verify", button=("option", "oath"))
    page = await visitor.send("/signin/challenge", code=await world.app_code(robin.user.id))
    assert page.path == ADDRESS


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (("not it", NEW), "This is not your present password."),
        (("x" * 200, NEW), "This is not your present password."),
        ((PASSWORD, NEW, "seven grey geese fly north"), "The two are not the same."),
        ((PASSWORD, PASSWORD), "This is the password you have."),
        ((PASSWORD, "too short"), "At least 12 characters."),
        ((PASSWORD, "x" * 129), "Use at most 128 characters."),
        ((PASSWORD, "PasswordPassword"), "everybody tries first"),
        ((PASSWORD, "Robin.Ashby Contoso"), "little more than your name"),
    ],
)
async def test_PW4_what_cannot_be_is_told_beside_its_field(
    world: World, visitor: Visitor, form: tuple[str, ...], words: str
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    before = await everything(world)
    page = await typed(visitor, *form)
    assert page.status == 400
    assert words in page.text
    assert page.title.startswith("Error: ")
    assert page.html.count('aria-invalid="true"') == 1
    for secret in (PASSWORD, NEW, "geese"):
        assert secret not in page.html
    assert (await everything(world))["credentials"] == before["credentials"]


async def test_I10_LCK_04_guessing_elsewhere_keeps_no_owner_from_another_password(
    world: World, visitor: Visitor, service: Service
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    for number in range(30):
        stranger = Visitor(service.app, address=f"198.51.{number}.7")
        await to_password(stranger)
        page = await stranger.send("/signin/password", password=f"guess {number}")
        assert page.status == 400, number
    stranger = Visitor(service.app, address="198.51.99.7")
    await to_password(stranger)
    assert (await stranger.send("/signin/password", password=PASSWORD)).status == 429
    assert "Your password is changed" in (await typed(visitor, PASSWORD, NEW)).text
    # What was tried before was another password; so whoever signs in anew need not wait.
    await to_password(stranger)
    page = await stranger.send("/signin/password", password=NEW)
    assert page.path.startswith("/signin/challenge")


async def test_GU4_wrong_passwords_are_counted_as_at_the_door(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    for number in range(10):
        await typed(visitor, f"guess {number}", NEW)
    page = await typed(visitor, PASSWORD, NEW)
    assert page.status == 429
    assert "try again after 14:31 UTC" in page.text
    log = await world.store.audit.of_user(robin.user.id, most=20)
    refused = [one for one in log if isinstance(one.event, PasswordSet)]
    assert len(refused) == 10
    assert {one.succeeded for one in refused} == {False}
    world.later(seconds=61)
    assert "Your password is changed" in (await typed(visitor, PASSWORD, NEW)).text


async def test_PW1_whoever_has_no_second_proof_needs_a_longer_one(
    world: World, visitor: Visitor
) -> None:
    await world.person()
    await to_password(visitor)
    await visitor.send("/signin/password", password=PASSWORD)
    page = await typed(visitor, PASSWORD, "walk the sea")
    assert "At least 15 characters." in page.text
    assert "Your password is changed" in (await typed(visitor, PASSWORD, NEW)).text


async def test_a_held_account_keeps_its_password(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    await world.store.commit(HoldChanges(user_id=robin.user.id, since=world.now))
    assert (await visitor.open(ADDRESS)).status == 403
    assert ADDRESS not in (await visitor.open("/security-info")).html


async def test_SE3_a_session_that_is_over_changes_no_password(world: World) -> None:
    robin = await world.person(phone=PHONE)
    found = await world.session(robin.user.user_principal_name)
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    with pytest.raises(RevokedError):
        await change_password(
            world.registration,
            await world.actor(found),
            Secret(PASSWORD),
            Secret(NEW),
            at=world.now,
        )


async def test_GU4_a_session_of_no_known_browser_has_the_tries_of_any_other(world: World) -> None:
    robin = await world.person(phone=PHONE)
    actor = replace(
        await world.actor(await world.session(robin.user.user_principal_name)), browser_id=None
    )
    for number in range(10):
        guess = Secret(f"guess {number}")
        refused = await change_password(world.registration, actor, guess, Secret(NEW), at=world.now)
        assert refused == ChangeRefused(because=ChangeRefusal.WRONG)
    present = Secret(PASSWORD)
    refused = await change_password(world.registration, actor, present, Secret(NEW), at=world.now)
    assert refused
    assert refused.because is ChangeRefusal.PAUSED
    world.later(seconds=61)
    changed = await change_password(world.registration, actor, present, Secret(NEW), at=world.now)
    assert changed is None


async def test_a_try_that_nobody_has_room_for_is_not_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    robin = await world.person(phone=PHONE)
    actor = await world.actor(await world.session(robin.user.user_principal_name))
    with monkeypatch.context() as crowded:
        crowded.setattr(world.hashing.usual, "most", 0)
        for number in range(50):  # more than may be wrong
            guess = Secret(f"guess {number}")
            with pytest.raises(TooBusyError):
                await change_password(world.registration, actor, guess, Secret(NEW), at=world.now)
    present = Secret(PASSWORD)
    assert not await change_password(world.registration, actor, present, Secret(NEW), at=world.now)
