"""Signing in without the password, by a method that only these tests have."""

import re
import sys
from types import ModuleType

import pytest
from jinja2 import BaseLoader, ChoiceLoader, DictLoader, PackageLoader
from msgspec.structs import replace

from journeys.steps import PHONE, ROBIN, is_signed_in, to_password, token_for, told
from planted import KIND, PASS, WAY, Pass, stored_pass
from proofup.assembly import challenges
from proofup.methods.catalogue import catalogue_of
from proofup.methods.declaration import Factor, Role
from proofup.methods.registered_methods import AddMethod
from proofup.pages import pages
from proofup.pages.csrf import FIELD
from proofup.pages.methods.parts import MethodPages, folder_of
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
ADDRESS = f"/signin/with/{WAY}"
LINK = "Use a planted pass"
CODE = "636f6465"
TEMPLATES = {
    "words.html": """
{% macro icon(method) %}{% endmacro %}
{% macro name(method) %}Planted pass{% endmacro %}
{% macro way_icon(way) %}{% endmacro %}
{% macro way_words(way) %}Use a planted pass{% endmacro %}
{% macro detail(method) %}{% endmacro %}
{% macro spoken(method) %}{% endmacro %}
{% macro event(word) %}{% endmacro %}
{% macro event_of(event) %}{% endmacro %}
{% macro event_of_way(word, way) %}{% endmacro %}
""",
    "challenge.html": """
{% extends "pages/stage.html" %}
{% import "pages/parts.html" as parts %}
{% block title %}{{ _("Enter a code") }}{% endblock %}
{% block main %}
<h1>Your pass, {{ user_name }}</h1>
{% if because %}<p>{{ because }}{% if until %} until {{ until | minute }}{% endif %}</p>{% endif %}
<form method="post" action="{{ action }}">{{ form_token(action) }}<input name="code"></form>
{{ parts.error_ids(error, context, at) }}
{% endblock %}
""",
}
ONE = replace(PASS, declaration=replace(PASS.declaration, roles=frozenset({Role.FIRST})))
BOTH = replace(
    ONE,
    declaration=replace(ONE.declaration, factors=frozenset({Factor.KNOW, Factor.HAVE})),
)


@pytest.fixture(params=[BOTH], ids=["both factors"])
def planted(request: pytest.FixtureRequest) -> Pass:
    found = request.param
    assert isinstance(found, Pass)
    return found


@pytest.fixture(autouse=True)
def plant(planted: Pass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the service the method, and the pages of it."""
    real = challenges.methods
    monkeypatch.setattr(challenges, "methods", lambda *told: catalogue_of(planted, *real(*told)))
    folder = folder_of(KIND)
    module = ModuleType(folder)
    vars(module)["PAGES"] = MethodPages()
    monkeypatch.setitem(sys.modules, f"proofup.pages.methods.{folder}", module)
    own = DictLoader({f"{folder}/{name}": text for name, text in TEMPLATES.items()})

    def loader(package: str, path: str = "templates") -> BaseLoader:
        found = PackageLoader(package, path)
        return ChoiceLoader([own, found]) if path == "methods" else found

    monkeypatch.setattr(pages, "PackageLoader", loader)


async def robin_with_a_pass(world: World, *, phone: str | None = None) -> None:
    robin = await world.person(phone=phone)
    new = await stored_pass(world.hashing, user_id=robin.user.id, at=world.now)
    await world.store.commit(AddMethod(method=new))


@pytest.mark.both_engines
async def test_a_pass_lets_in_without_password_and_second_proof(
    world: World, visitor: Visitor
) -> None:
    await robin_with_a_pass(world, phone=PHONE)
    page = await to_password(visitor)
    assert LINK in page.text
    page = await visitor.open(ADDRESS)
    assert f"Your pass, {ROBIN}" in page.text
    page = await visitor.send(ADDRESS, code=CODE)
    assert is_signed_in(page)
    assert await world.sent() == []
    page = await visitor.open("/security-info")
    assert "Signed in without the password" in page.text


@pytest.mark.parametrize("planted", [ONE], indirect=True, ids=["one factor"])
async def test_a_pass_that_proves_one_factor_is_followed_by_the_second_proof(
    world: World, visitor: Visitor
) -> None:
    await robin_with_a_pass(world, phone=PHONE)
    await to_password(visitor)
    await visitor.open(ADDRESS)
    page = await visitor.send(ADDRESS, code=CODE)
    assert page.path == "/signin/challenge"
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert is_signed_in(page)


@pytest.mark.parametrize("planted", [ONE], indirect=True, ids=["one factor"])
async def test_where_no_text_can_be_sent_the_page_of_the_second_proof_says_so(
    world: World, visitor: Visitor
) -> None:
    await robin_with_a_pass(world, phone=PHONE)
    for _ in range(2):
        await to_password(visitor)
        await visitor.open(ADDRESS)
        page = await visitor.send(ADDRESS, code=CODE)
    assert page.path.startswith("/signin/challenge?trouble=limit&until=")
    told(page, "", number="50088", status=429)


def without_ids(page: Page, name: str) -> tuple[int, str, str]:
    """Return what a page says to everybody who typed ``name``."""
    told_to_all = re.split("Correlation|Reference", page.text)[0]
    return page.status, page.path, told_to_all.replace(name, "<name>")


async def test_GU1_the_page_is_the_same_for_a_name_that_nobody_has(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await robin_with_a_pass(world)
    seen = []
    for name, browser in ((ROBIN, visitor), ("rabin.ashby@contoso.test", another_visitor)):
        page = await to_password(browser, name=name)
        asked = await browser.open(ADDRESS)
        wrong = await browser.send(ADDRESS, code="00000000")
        seen.append([LINK in page.text, *(without_ids(one, name) for one in (asked, wrong))])
    assert seen[0] == seen[1]
    assert wrong.status == 400
    told(wrong, "wrong", number="500121")


async def test_after_too_many_wrong_ones_there_is_a_pause(world: World, visitor: Visitor) -> None:
    await robin_with_a_pass(world)
    await to_password(visitor)
    await visitor.open(ADDRESS)
    for _ in range(5):
        await visitor.send(ADDRESS, code="00000000")
    page = await visitor.send(ADDRESS, code=CODE)
    told(page, "paused until 15:30", number="50053", status=429)


async def test_what_the_rules_forbid_is_not_offered(world: World, visitor: Visitor) -> None:
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("sms")}))))
    await robin_with_a_pass(world)
    page = await to_password(visitor)
    assert LINK not in page.text
    page = await visitor.open(ADDRESS)
    assert page.path == "/signin/password"
    fields = {"code": CODE, FIELD: token_for(visitor, ADDRESS)}
    page = await visitor.post(ADDRESS, fields)
    assert page.path == "/signin/password"


async def test_TX2_the_page_is_of_a_sign_in_that_has_no_first_factor_yet(
    world: World, visitor: Visitor
) -> None:
    assert (await visitor.open(ADDRESS)).path == "/signin"
    await robin_with_a_pass(world)
    await to_password(visitor)
    await visitor.open(ADDRESS)
    assert is_signed_in(await visitor.send(ADDRESS, code=CODE))
    page = await visitor.open(ADDRESS)
    assert page.path != ADDRESS
