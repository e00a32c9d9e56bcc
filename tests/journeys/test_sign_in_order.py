"""No session opens if steps of a sign-in are reordered or left out."""

from urllib.parse import urlencode

import pytest

from journeys.conftest import NewVisitor
from journeys.steps import (
    PHONE,
    ROBIN,
    by_text,
    cookie,
    everything,
    is_signed_in,
    keep_cookie,
    texts,
    to_challenge,
    to_password,
    told,
)
from proofup.authentication import dispatcher
from proofup.methods.registered_methods import AddMethod
from proofup.policy.proofs import Level, Proofs
from proofup.values.ways import Way
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
SAM = "sam@contoso.test"
NOBODYS = "0b1d3b7e-6d6f-4a9a-8f51-0f6f3c1c9a11"
PAGES = (
    "/security-info",
    "/security-info/phone",
    "/security-info/add",
    "/security-info/default",
    "/security-info/verify",
    f"/security-info/changes/{NOBODYS}",
    f"/security-info/methods/{NOBODYS}/delete",
)


async def nobody_is_in(world: World, visitor: Visitor) -> None:
    assert (await everything(world))["sessions"] == []
    assert (await visitor.open("/security-info")).path.startswith("/signin")


async def test_TX1_another_name_begins_anew(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await world.person(SAM, phone="+44 7700 900142")
    challenge = await to_challenge(visitor)
    robins = await world.texted_code()
    mine = cookie(visitor, "pu_t")
    assert mine
    page = await to_password(visitor, name=SAM)
    assert SAM in page.text
    assert (await visitor.open("/signin/challenge")).path == "/signin/password"
    visitor.page = challenge
    page = await visitor.send("/signin/challenge", code=robins)
    assert page.status == 409, "Robin's code is nothing to Sam's sign-in"
    assert "You began another sign-in in this browser" in page.text
    await nobody_is_in(world, visitor)
    keep_cookie(visitor, "pu_t", mine)
    visitor.page = challenge
    await visitor.send("/signin/challenge", code=robins)
    assert "Robin Ashby" in visitor.page.text
    (session,) = (await everything(world))["sessions"]
    robin = await world.store.people.by_name(ROBIN)
    assert robin
    assert robin.user.id in session


async def test_TX1_no_field_of_a_later_step_names_another_account(
    world: World, visitor: Visitor
) -> None:
    sam = await world.person(SAM, phone="+44 7700 900142", password="what only Sam knows")
    await world.person(phone=PHONE)
    form = (await to_password(visitor)).form("/signin/password")
    extra = {"username": SAM, "user_id": sam.user.id, "epoch": "0", "step": "issue"}
    await visitor.post("/signin/password", {**form.fields, **extra, "password": PASSWORD})
    (text,) = await texts(world)
    assert text.to.e164 == "+447700900067"
    form = visitor.page.form("/signin/challenge")
    page = await visitor.post("/signin/challenge", {**form.fields, **extra, "code": "000000"})
    assert page.status == 400
    assert SAM not in page.html


async def test_TX2_a_sign_in_in_progress_opens_nothing_else(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    held = await world.store.methods.of_user(robin.user.id)
    for step in (to_password, to_challenge):
        await step(visitor)
        before = await everything(world)
        for path in PAGES:
            assert (await visitor.open(path)).path.startswith("/signin?return="), path
            assert (await visitor.http.post(path, data={"x": "y"})).status_code in {403, 405}
        for path in ("/security-info/phone", "/security-info/not-me", "/security-info/default"):
            page = await visitor.post(path, {"number": "07700900142", "country": "GB"})
            assert page.path.startswith("/signin"), path
        page = await visitor.post(f"/security-info/methods/{held[0].id}/delete", {})
        assert page.path.startswith("/signin")
        assert await everything(world) == before


async def test_TX3_a_method_added_elsewhere_is_asked_for_in_the_older_session(
    world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    robin = await world.person()
    await to_password(visitor)
    assert is_signed_in(await visitor.send("/signin/password", password=PASSWORD))
    await world.store.commit(AddMethod(method=world.phone(robin.user.id, PHONE)))
    for path in PAGES:
        page = await visitor.open(path)
        assert page.path.startswith("/security-info/verify"), path
        assert "7700 900067" not in page.html
    await visitor.open("/security-info")
    await visitor.send("/security-info/verify", button=("option", "sms"))
    assert is_signed_in(await visitor.send("/signin/challenge", code=await world.texted_code()))
    other = new_visitor()
    assert (await to_challenge(other)).path.startswith("/signin/challenge")


async def test_TX4_a_second_proof_alone_opens_nothing(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("oath"))
    await to_password(visitor)
    form_of = (await visitor.open("/signin/password")).form("/signin/password")
    code = await world.app_code(robin.user.id)
    for path in ("/signin/challenge", "/signin/challenge/send"):
        page = await visitor.post(path, {**form_of.fields, "code": code, "option": "sms"})
        assert page.status == 403, "its form was never given out"
    assert await texts(world) == []
    await nobody_is_in(world, visitor)


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [("password", "")],
        [("password", " ")],
        [("password[]", PASSWORD)],
        [("Password", PASSWORD)],
        [("password", PASSWORD), ("password", PASSWORD)],
        [("password", "null")],
        [("password", PASSWORD + " ")],
        [("password", PASSWORD[:-1])],
        [("password", PASSWORD + "\0")],
        [("code", "123456")],
    ],
)
async def test_TX5_nothing_stands_for_the_password(
    world: World, visitor: Visitor, fields: list[tuple[str, str]]
) -> None:
    await world.person(phone=PHONE)
    form = (await to_password(visitor)).form("/signin/password")
    own = [pair for pair in form.fields.items() if pair[0] != "password"]
    answer = await visitor.http.post(
        "/signin/password",
        content=urlencode(own + fields),
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "sec-fetch-site": "same-origin",
        },
    )
    assert answer.status_code == 400
    assert await texts(world) == []
    assert (await visitor.open("/signin/challenge")).path == "/signin/password"


@pytest.mark.parametrize("fields", [{}, {"code": ""}, {"code[]": "1"}, {"password": PASSWORD}])
async def test_TX5_nothing_stands_for_the_code(
    world: World, visitor: Visitor, fields: dict[str, str]
) -> None:
    await world.person(phone=PHONE)
    form = (await to_challenge(visitor)).form("/signin/challenge")
    own = {name: value for name, value in form.fields.items() if name != "code"}
    assert (await visitor.post("/signin/challenge", {**own, **fields})).status == 400
    await nobody_is_in(world, visitor)


@pytest.mark.both_engines
async def test_TX6_switching_and_asking_again_drop_nothing(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await to_challenge(visitor)
    for option in ("oath", "sms", "fido", "none", ""):
        world.later(seconds=31)
        await visitor.open("/signin/options")
        page = visitor.page.form("/signin/challenge/send")
        await visitor.post("/signin/challenge/send", {**page.fields, "option": option})
        assert visitor.page.path.startswith("/signin/challenge")
        assert (await visitor.open("/security-info")).path.startswith("/signin")
    await nobody_is_in(world, visitor)


async def test_TX7_a_sign_in_belongs_to_the_browser_that_began_it(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    page = await to_challenge(visitor)
    code = await world.texted_code()
    form = page.form("/signin/challenge")
    page = await another_visitor.post("/signin/challenge", {**form.fields, "code": code})
    assert page.status == 403
    await nobody_is_in(world, another_visitor)


async def test_TX9_a_fault_in_the_rules_is_a_refusal(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    code = await world.texted_code()

    def broken(proofs: Proofs, level: Level) -> bool:
        raise ZeroDivisionError(proofs, level)

    monkeypatch.setattr(dispatcher, "reaches", broken)
    page = await visitor.send("/signin/challenge", code=code)
    told(page, "Something went wrong on our side", number="500", status=500)
    assert "ZeroDivisionError" not in page.html
    monkeypatch.undo()
    await nobody_is_in(world, visitor)


async def test_TX9_an_unknown_state_is_a_refusal(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.send("/signout")
    for name in ("pu_s", "pu_t"):
        for value in ("0" * 43, "x" * 16):
            keep_cookie(visitor, name, value)
            await nobody_is_in(world, visitor)
