"""A person who signs in on the service's pages, for a site or a program that sent them there."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlsplit

import httpx2

from clients.cloud import PASSWORD, Account, Cloud
from visitor import Page, Visitor

ON = re.compile(r'http-equiv="refresh" content="0;url=([^"]*)"')


@asynccontextmanager
async def browsing(cloud: Cloud) -> AsyncIterator[Visitor]:
    """Give a browser that trusts the service's authority."""
    visitor = Visitor(cloud.origin)
    await visitor.http.aclose()
    visitor.http = httpx2.AsyncClient(base_url=cloud.origin, verify=cloud.trust, timeout=30)
    yield visitor
    await visitor.http.aclose()


async def through(visitor: Visitor, address: str, account: Account) -> Page:
    """Open an address, do all that the service asks for, and return the first page elsewhere."""
    await visitor.open(address)
    while True:
        await _answer_pages(visitor, account)
        if onwards := ON.search(visitor.page.html):
            await visitor.open(html.unescape(onwards[1]))
        elif elsewhere := next((one for one in visitor.page.forms if "://" in one.action), None):
            await visitor.post(elsewhere.action, elsewhere.fields)
        else:
            return visitor.page


async def brought(visitor: Visitor, address: str, account: Account) -> dict[str, str]:
    """Sign in, open an address, and return what goes back to the application."""
    await visitor.open("/signin")
    await _answer_pages(visitor, account)
    answer = await visitor.http.get(address)
    if answer.is_redirect and "://" in answer.headers["location"]:
        return _parameters(answer.headers["location"])
    await visitor.open(address)
    await _answer_pages(visitor, account)
    if onwards := ON.search(visitor.page.html):
        return _parameters(html.unescape(onwards[1]))
    return next(one.fields for one in visitor.page.forms if "://" in one.action)


async def lets_in(visitor: Visitor, user_code: str, account: Account) -> str:
    """Type the code of a device, let it in, and return what the page says."""
    await visitor.open("/devicelogin")
    await _answer_pages(visitor, account)
    await visitor.send("/devicelogin", otc=user_code)
    await _answer_pages(visitor, account)
    await visitor.send("/devicelogin/answer", button=("answer", "allow"))
    return visitor.page.text


def _parameters(address: str) -> dict[str, str]:
    parts = urlsplit(address)
    return dict(parse_qsl(parts.query or parts.fragment))


async def _answer_pages(visitor: Visitor, account: Account) -> None:
    """Fill in the pages of a sign-in until there is none left."""
    while True:
        page = visitor.page
        forms = {urlsplit(one.action).path: one for one in page.forms}
        if "/signin" in forms and "username" in forms["/signin"].names:
            await visitor.send("/signin", username=account.name)
        elif "/signin/password" in forms:
            await visitor.send("/signin/password", password=PASSWORD)
        elif "/signin/challenge" in forms:
            await visitor.send("/signin/challenge", code=account.app.shows())
        elif asked := next((one for one in forms if one.startswith("/oauth/continue/")), None):
            await visitor.send(asked, button=("answer", "allow"))
        else:
            return
        assert visitor.page.status == 200, visitor.page.text
