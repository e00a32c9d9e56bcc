"""A password of an administrator lets in once, to be replaced; one that is known must be, too."""

import re

import anyio
import pytest

from journeys.administrators import act, administrator, to_admin
from journeys.conftest import NewVisitor
from journeys.steps import (
    PHONE,
    by_text,
    events,
    everything,
    is_signed_in,
    mails,
    press,
    to_challenge,
    to_password,
    told,
)
from proofup.audit.events.accounts import PasswordChangeForced, PasswordSet
from proofup.directory.passwords import ForceChange, ForcedChange
from proofup.policy.rules import Policy, SetPolicy
from visitor import Page, Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
ADDRESS = "/signin/new-password"
OWN = "seven grey geese fly south"
TEMPORARY = re.compile(r"\b[a-z2-9]{5}(?:-[a-z2-9]{5}){3}\b")


async def given(visitor: Visitor, world: World, *, phone: str | None = None) -> str:
    """Let Kim reset Robin's password, and return the temporary one."""
    kim = await administrator(world)
    robin = await world.person(phone=phone)
    await to_admin(visitor, world, kim)
    page = await act(visitor, robin, "reset-password")
    assert "There is a temporary password" in page.text
    (password,) = TEMPORARY.findall(page.text)
    return str(password)


async def typed(visitor: Visitor, new: str, again: str | None = None) -> Page:
    return await visitor.send(ADDRESS, new=new, again=new if again is None else again)


async def with_password(visitor: Visitor, password: str) -> Page:
    await to_password(visitor)
    return await visitor.send("/signin/password", password=password)


@pytest.mark.both_engines
async def test_PW8_PWD_01_PWD_02_a_temporary_password_is_replaced_after_the_second_proof(
    world: World, visitor: Visitor, another_visitor: Visitor, new_visitor: NewVisitor
) -> None:
    password = await given(visitor, world, phone=PHONE)
    (mail,) = await mails(world)
    assert mail.template == "password-changed"
    assert mail.facts["temporary_until"] == "2026-11-22T14:30:00+00:00"
    robin = another_visitor
    page = await with_password(robin, password)
    assert page.path == "/signin/challenge", "the second proof comes first"
    assert (await robin.open(ADDRESS)).path == "/signin/challenge"
    page = await robin.send("/signin/challenge", code=await world.texted_code())
    assert (page.path, page.title.partition(" ·")[0]) == (ADDRESS, "Update your password")
    for path in ("/myapps", "/security-info", "/proofup"):
        assert (await robin.open(path)).path.startswith("/signin"), "nothing is open before"
    await robin.open(ADDRESS)
    page = await typed(robin, OWN)
    assert is_signed_in(page)
    (mail,) = await mails(world)
    assert (mail.template, "temporary_until" in mail.facts) == ("password-changed", False)
    world.later(seconds=31)
    for old in (password, PASSWORD):
        assert (await with_password(new_visitor(), old)).status == 400
    page = await with_password(new_visitor(), OWN)
    assert page.path == "/signin/challenge"


async def test_without_a_method_it_is_replaced_before_one_is_registered(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    password = await given(visitor, world)
    assert (await with_password(another_visitor, password)).path == ADDRESS
    page = await typed(another_visitor, "walk the sea")
    assert "At least 15 characters" in page.text
    assert is_signed_in(await typed(another_visitor, OWN))


async def test_what_is_refused_leaves_the_temporary_password_as_it_was(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    password = await given(visitor, world)
    page = await with_password(another_visitor, password)
    before = await everything(world)
    refused = {
        ("short", "short"): "At least 15 characters",
        ("x" * 129, "x" * 129): "Use at most 128 characters",
        ("1qaz2wsx3edc4rfv", "1qaz2wsx3edc4rfv"): "everybody tries first",
        ("robin.ashby Contoso proofup", "robin.ashby Contoso proofup"): "little more than your",
        (password, password): "This is the password you have",
        (OWN, f"{OWN}!"): "The two are not the same",
    }
    for (new, again), words in refused.items():
        page = await typed(another_visitor, new, again)
        assert page.status == 400
        assert words in page.text
        assert page.title.startswith("Error:")
        assert new not in page.html, "what was typed is not sent back"
    assert (await everything(world))["credentials"] == before["credentials"]
    assert is_signed_in(await typed(another_visitor, OWN))


async def test_PW8_PWD_03_after_24_hours_it_lets_nobody_in_and_says_what_to_do(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    password = await given(visitor, world, phone=PHONE)
    world.later(hours=24)
    page = await with_password(another_visitor, password)
    told(page, "Call the help desk and ask for a new one", number="50055", status=403)
    page = await with_password(another_visitor, "something else")
    assert page.status == 400, "whoever does not know it is told nothing"
    assert "expired" not in page.text


async def test_PWD_03_the_rules_say_for_how_long(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.store.commit(SetPolicy(policy=Policy(temporary_hours=1)))
    password = await given(visitor, world)
    world.later(minutes=59)
    assert (await with_password(another_visitor, password)).path == ADDRESS
    world.later(minutes=1)
    assert (await with_password(another_visitor, password)).status == 403


@pytest.mark.both_engines
async def test_the_same_form_sent_twice_at_once_changes_it_once(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    password = await given(visitor, world)
    page = await with_password(another_visitor, password)
    form, answers = page.form(ADDRESS), list[int]()

    async def press() -> None:
        typed = {**form.fields, "new": OWN, "again": OWN}
        headers = {"sec-fetch-site": "same-origin"}
        answer = await another_visitor.http.post(ADDRESS, data=typed, headers=headers)
        answers.append(answer.status_code)

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(press)
    assert answers == [303, 303, 303]
    assert is_signed_in(await another_visitor.open("/security-info"))
    assert len((await everything(world))["sessions"]) == 2, "Kim's and Robin's"


async def test_a_known_password_is_replaced_at_the_next_sign_in_which_is_soon(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    assert is_signed_in(await by_text(another_visitor, world))
    await to_admin(visitor, world, kim)
    world.later(seconds=31)
    await world.sent()
    page = await act(visitor, robin, "new-password")
    assert "The next sign-in asks for a new password" in page.text
    assert (await events(world, robin))[0] is PasswordChangeForced
    (mail,) = await mails(world)
    assert (mail.template, mail.facts["by"]) == ("password-change-forced", "administrator")
    assert (await another_visitor.open("/security-info")).path.startswith("/signin")
    await to_challenge(another_visitor)
    page = await another_visitor.send("/signin/challenge", code=await world.texted_code())
    assert page.path == ADDRESS
    page = await typed(another_visitor, PASSWORD)
    assert "This is the password you have" in page.text
    assert is_signed_in(await typed(another_visitor, OWN))
    assert (await events(world, robin))[1] is PasswordSet


async def test_a_remembered_browser_is_asked_for_the_second_proof_before_the_change(
    world: World, visitor: Visitor
) -> None:
    await world.store.commit(SetPolicy(policy=Policy(remember_days=30)))
    robin = await world.person(phone=PHONE)
    await to_challenge(visitor)
    answer = {"code": await world.texted_code(), "remember": "on"}
    await press(visitor, "/signin/challenge", answer)
    await world.store.commit(
        ForceChange(user_id=robin.user.id, forced_change=ForcedChange.NEXT_SIGN_IN)
    )
    await visitor.send("/signout")
    world.later(seconds=31)
    assert (await to_challenge(visitor)).path == "/signin/challenge"


async def test_only_after_a_second_proof_means_that_a_method_is_registered_first(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person()
    await to_admin(visitor, world, kim)
    await act(visitor, robin, "new-password", after="on")
    page = await with_password(another_visitor, PASSWORD)
    assert page.path.startswith("/proofup")
    await another_visitor.open("/security-info/add")
    await another_visitor.send("/security-info/add", kind="phone")
    page = await another_visitor.send("/security-info/phone", number=PHONE, country="GB")
    page = await another_visitor.send(page.path, code=await world.texted_code())
    assert page.path == ADDRESS
    assert is_signed_in(await typed(another_visitor, OWN))
