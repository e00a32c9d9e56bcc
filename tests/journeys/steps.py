"""Steps that many journeys take, and the whole database in one look."""

import re
from collections.abc import Mapping
from datetime import timedelta

import httpx2

from proofup.audit.events.event import Event
from proofup.directory.users import Person
from proofup.pages.csrf import form_token
from proofup.pages.page_context import PageContext
from proofup.values.ids import CorrelationId
from proofup.values.messages import Mail, Text
from visitor import Page, Visitor
from world import HOME, PASSWORD, START, World

ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"
NEW_PHONE = "07700 900 142"
SECRET = re.compile(r'<code id="secret">([A-Z2-7 ]+)</code>')
ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TABLES = (
    "users",
    "accounts",
    "credentials",
    "role_assignments",
    "authentication_methods",
    "policies",
    "counters",
    "challenges",
    "caller_checks",
    "approval_requests",
    "sign_ins",
    "sessions",
    "known_browsers",
    "registrations",
    "notice_links",
    "method_history",
    "invitations",
    "remembered_devices",
    "outbox",
    "audit_log",
    "audit_head",
)

Rows = Mapping[str, list[tuple[object, ...]]]


async def to_password(visitor: Visitor, *, name: str = ROBIN, start: str = "/signin") -> Page:
    """Go as far as the page that asks for the password."""
    await visitor.open(start)
    return await visitor.send("/signin", username=name)


async def to_challenge(visitor: Visitor, *, name: str = ROBIN, start: str = "/signin") -> Page:
    """Go as far as the page that asks for the second proof."""
    await to_password(visitor, name=name, start=start)
    return await visitor.send("/signin/password", password=PASSWORD)


async def by_text(
    visitor: Visitor, world: World, *, name: str = ROBIN, start: str = "/signin"
) -> Page:
    """Sign in by password and text."""
    await to_challenge(visitor, name=name, start=start)
    return await visitor.send("/signin/challenge", code=await world.texted_code())


async def by_app(visitor: Visitor, world: World, person: Person, *, steps: int = 0) -> Page:
    """Sign in by password and the code of an app."""
    await to_challenge(visitor, name=person.user.user_principal_name)
    code = await world.app_code(person.user.id, steps=steps)
    return await visitor.send("/signin/challenge", code=code)


async def to_confirmation(visitor: Visitor, *, number: str = NEW_PHONE) -> Page:
    """Type a new number, as far as the page that asks for its code."""
    await visitor.open("/security-info/phone")
    return await visitor.send("/security-info/phone", number=number, country="GB")


async def to_new_app(visitor: Visitor, *, name: str = "") -> Page:
    """Choose to add an app, as far as the page with its key."""
    await visitor.open("/security-info/add")
    return await visitor.send("/security-info/add", kind="softwareOath", displayName=name)


async def press(visitor: Visitor, action: str, typed: Mapping[str, str]) -> Page:
    """Press the button of the present page's form to ``action`` with ``typed`` in it."""
    form = visitor.page.form(action)
    return await visitor.post(form.action or visitor.page.path, {**form.fields, **typed})


def token_for(visitor: Visitor, path: str) -> str:
    """Return the token that a page of ours would give this browser for a form to ``path``."""
    context = PageContext(
        at=START,
        request_id="",
        correlation_id=CorrelationId(""),
        nonce="",
        client=HOME,
        session_token=cookie(visitor, "pu_s"),
        browser_secret=cookie(visitor, "pu_b") or "",
    )
    return form_token(context, path)


def secret_of(page: Page) -> str:
    """Return the key that a page shows for an app to be typed in."""
    match = SECRET.search(page.html)
    assert match, page.text
    return match[1].replace(" ", "")


def other_than(code: str) -> str:
    """Return six digits that are not ``code``."""
    return "000000" if code != "000000" else "111111"


def is_signed_in(page: Page) -> bool:
    """Tell whether a page is somebody's own."""
    return page.path.split("?")[0] in {"/myapps", "/security-info"} and page.status == 200


def told(page: Page, words: str, *, number: str, status: int = 400) -> None:
    """Demand that ``page`` says ``words`` and all that the help desk asks for (ERR-01)."""
    assert page.status == status, page.text
    assert words in page.text
    assert f"Error {number} " in page.text
    for label in ("Correlation ID", "Request ID"):
        assert re.search(f"{label} {ID}", page.text), f"{label} is missing: {page.text}"
    assert re.search(r"Time \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", page.text), page.text
    assert page.headers["x-request-id"] in page.text
    assert page.headers["cache-control"] == "no-store"


def correlation(page: Page) -> str:
    """Return the correlation id that a page tells."""
    match = re.search(f"Correlation ID ({ID})", page.text)
    assert match, page.text
    return match[1]


def cookie(visitor: Visitor, name: str) -> str | None:
    """Return what the browser keeps under one of our names."""
    return visitor.http.cookies.get(f"__Host-{name}")


def keep_cookie(visitor: Visitor, name: str, value: str) -> None:
    """Put a value back that the browser has lost."""
    visitor.http.cookies.set(f"__Host-{name}", value, domain="id.contoso.test", path="/")


async def texts(world: World) -> list[Text]:
    """Take the texts that wait."""
    return [one for one in await world.sent() if isinstance(one, Text)]


async def mails(world: World) -> list[Mail]:
    """Take the mails that wait."""
    return [one for one in await world.sent() if isinstance(one, Mail)]


async def everything(world: World) -> Rows:
    """Return every row of every table."""
    return {
        table: sorted(map(tuple, await world.store.engine.rows(f"SELECT * FROM {table}")), key=repr)
        for table in TABLES
    }


async def events(world: World, person: Person) -> list[type[Event]]:
    """Return what the audit log says of a person, newest first."""
    found = await world.store.audit.of_user(person.user.id, most=100)
    return [type(entry.event) for entry in found]


async def fail_texts(world: World) -> None:
    """Let the carrier give up every text that waits."""
    for claimed in await world.store.outbox.claim("text", 10, timedelta(minutes=1), world.now):
        await world.store.outbox.mark_failed(claimed.id, "unreachable", world.now, None)


def set_cookies(response: httpx2.Response) -> list[str]:
    """Return the names and attributes of the cookies that an answer sets, without the values."""
    return sorted(re.sub(r"=[^;]*", "=…", one, count=1) for one in _cookie_lines(response))


def _cookie_lines(response: httpx2.Response) -> list[str]:
    return [value for name, value in response.headers.multi_items() if name == "set-cookie"]
