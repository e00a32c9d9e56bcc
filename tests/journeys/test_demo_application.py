"""The demo's application against the service: its tile, the way in, and the way out."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from demo.expenses import HOME, OPEN, SIGNED_IN, SIGNED_OUT, Expenses
from demo.rendering import environment
from starlette.applications import Starlette

from journeys.steps import PHONE, by_text
from journeys.test_code_flow import signs_in
from proofup.tokens.application import Application, Redirect, RedirectKind
from visitor import ORIGIN, Visitor
from world import World

pytestmark = pytest.mark.anyio
OWN = "http://localhost:8081"


@pytest.fixture
async def application(world: World) -> Application:
    """Register the application as the demo does."""
    return await world.application(
        name="Expenses",
        is_public=True,
        redirects=(Redirect(f"http://localhost{SIGNED_IN}", RedirectKind.NATIVE),),
        sign_out_redirects=(OWN + SIGNED_OUT,),
        home_page=OWN + OPEN,
        consented=frozenset({"User.Read"}),
    )


@pytest.fixture
async def site(
    world: World, application: Application, another_visitor: Visitor
) -> AsyncIterator[httpx2.AsyncClient]:
    """Give the same browser at the application."""

    async def fetch(url: str, form: Mapping[str, str] | None) -> dict[str, Any]:
        http = another_visitor.http
        answer = await (http.post(url, data=dict(form)) if form else http.get(url))
        told: dict[str, Any] = answer.json()
        if answer.status_code != 200:
            raise OSError(told["error_description"])
        return told

    expenses = Expenses(
        environment(ORIGIN),
        client_id=application.id,
        service_url=ORIGIN,
        own_url=OWN,
        fetch=fetch,
        clock=lambda: world.now,
    )
    transport = httpx2.ASGITransport(app=Starlette(routes=expenses.routes))
    async with httpx2.AsyncClient(transport=transport, base_url=OWN) as client:
        yield client


def led_to(answer: httpx2.Response) -> str:
    assert answer.is_redirect
    location: str = answer.headers["location"]
    return location


async def comes_back(visitor: Visitor, address: str) -> str:
    """Return where the service leads on from ``address``, out of itself."""
    answer = await visitor.http.get(address)
    while answer.headers["location"].startswith("/"):
        answer = await visitor.http.get(answer.headers["location"])
    return led_to(answer)


@pytest.mark.both_engines
async def test_the_tile_lets_in_who_is_signed_in_and_signing_out_ends_both(
    world: World, visitor: Visitor, site: httpx2.AsyncClient
) -> None:
    await world.person(phone=PHONE)
    page = await by_text(visitor, world, start="/myapps")
    assert f'href="{OWN}{OPEN}"' in page.html
    back = await comes_back(visitor, led_to(await site.get(OPEN)))
    assert led_to(await site.get(back)) == HOME
    shown = (await site.get(HOME)).text
    assert "Robin" in shown
    assert "robin.ashby@contoso.test" in shown
    assert "password and a second proof" in shown
    out = await comes_back(visitor, led_to(await site.post("/expenses/sign-out")))
    assert out == OWN + SIGNED_OUT
    assert "You are signed out" in (await site.get(out)).text
    assert led_to(await site.get(HOME)) == OPEN
    assert (await visitor.open("/myapps")).path.startswith("/signin")


async def test_who_is_signed_in_nowhere_signs_in_on_the_way(
    world: World, visitor: Visitor, site: httpx2.AsyncClient
) -> None:
    await world.person(phone=PHONE)
    await visitor.open(led_to(await site.get(OPEN)))
    await signs_in(world, visitor)
    back = visitor.page.html.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
    assert led_to(await site.get(back)) == HOME


async def test_an_answer_that_was_not_asked_for_in_this_browser_is_refused(
    world: World, visitor: Visitor, site: httpx2.AsyncClient
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/myapps")
    back = await comes_back(visitor, led_to(await site.get(OPEN)))
    site.cookies.clear()
    assert "was not begun here" in (await site.get(back)).text
    assert (await site.get(back)).status_code == 400
    back = await comes_back(visitor, led_to(await site.get(OPEN)))
    forged = back.replace("code=", "code=x")
    assert (await site.get(forged)).status_code == 502
    refused = led_to(await site.get(OPEN))
    state = dict(parse_qsl(urlsplit(refused).query))["state"]
    told = {"error": "access_denied", "error_description": "No.", "state": state}
    assert (await site.get(SIGNED_IN, params=told)).status_code == 403


async def test_nobody_signed_in_is_told_so(site: httpx2.AsyncClient) -> None:
    assert led_to(await site.post("/expenses/sign-out")) == SIGNED_OUT
