"""Requests that no page of ours sends are refused and change nothing: WE2, WE7, WE8, TX5."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from urllib.parse import quote, urlencode

import httpx2
import pytest

from journeys.house import House, moved_in
from journeys.steps import ROBIN, everything, press, to_challenge, token_for
from proofup.assembly.service import Service
from visitor import ORIGIN, Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
FORM = "application/x-www-form-urlencoded"
OURS = {"content-type": FORM, "sec-fetch-site": "same-origin"}


@pytest.fixture
async def house(world: World, visitor: Visitor, service: Service) -> House:
    return await moved_in(world, visitor, service.app)


async def refused(
    world: World,
    house: House,
    body: bytes | str,
    *,
    status: int,
    words: str,
    headers: Mapping[str, str] = OURS,
    forms: Sequence[str] | None = None,
) -> None:
    """Send ``body`` to all ``forms``, or to every one; require a page with ``words``, no change."""
    before = await everything(world)
    for one in forms or house.forms:
        token = token_for(house.visitor, one)
        content = body.encode() if isinstance(body, str) else body
        answer = await house.visitor.http.post(
            one, content=content.replace(b"TOKEN", token.encode()), headers=headers
        )
        case = (one, content[:80], headers)
        assert answer.status_code == status, case
        text = re.sub(r"<[^>]+>", "", answer.text)
        assert words in text, case
        assert "Correlation ID" in text
        assert "Nothing was" in text
    assert await everything(world) == before


UNREADABLE: tuple[tuple[bytes | str, str], ...] = (
    ("form_token=TOKEN&code=1&code=2", "The field is there twice. The field is “code”."),
    ("form_token=TOKEN&form_token=TOKEN", "The field is “form_token”."),
    ("form_token=TOKEN&username=a%00b", "control characters, which no keyboard types"),
    ("form_token=TOKEN&number=a%1bb", "The field is “number”."),
    ("form_token=TOKEN&a%00b=1", "control characters"),
    ("form_token=TOKEN&code=%ff", "It has letters that are not UTF-8."),
    ("form_token=TOKEN&code=%ed%a0%80", "It has letters that are not UTF-8."),
    (b"form_token=TOKEN&code=\xff", "It has letters that are not UTF-8."),
    (b"\x00\x01\x02", "control characters"),
    ("form_token=TOKEN" + "&a=" * 110, "It has more fields than any form of ours."),
    ("&" * 60_000, "It has more fields than any form of ours."),
    (f"form_token=TOKEN&{'a' * 100}=1", "control characters"),
)
CONTENT_TYPES = (
    "application/json",
    "multipart/form-data; boundary=x",
    "text/plain",
    f"{FORM}; charset=utf-16",
    f"{FORM}; charset=utf-8; x=y",
    "",
    "x" * 5000,
)


async def test_WE2_a_form_that_cannot_be_read(world: World, house: House) -> None:
    for number, (body, words) in enumerate(UNREADABLE):
        forms = house.form_of_each_door if number else None
        await refused(world, house, body, status=400, words=words, forms=forms)


async def test_WE2_another_content_type(world: World, house: House) -> None:
    for number, content_type in enumerate(CONTENT_TYPES):
        await refused(
            world,
            house,
            "form_token=TOKEN",
            status=400,
            words="It was not sent as a form.",
            headers=OURS | {"content-type": content_type},
            forms=house.form_of_each_door if number else None,
        )


async def test_WE11_a_body_larger_than_any_form(world: World, house: House) -> None:
    forms = ("/signin/password", "/security-info/phone")
    for size in (65_537, 1_000_000, 10 * 1024 * 1024):
        body = "form_token=TOKEN&password=" + "a" * size
        words = "This form is too large"
        await refused(world, house, body, status=413, words=words, forms=forms)


async def test_WE11_a_body_that_does_not_say_its_size(house: House) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"a" * 10_000

    answer = await house.visitor.http.post("/signin", content=endless(), headers=OURS)
    assert answer.status_code == 413
    assert read < 10


async def test_WE2_a_length_that_is_none(visitor: Visitor) -> None:
    for length in ("abc", "-1", "+5", "1e3", "%d9%a1", "9" * 5000):
        answer = await visitor.http.post(
            "/signin", content=b"x", headers=OURS | {"content-length": length}
        )
        assert answer.status_code == 413, length


async def test_PW2_a_long_password_is_refused_before_it_is_hashed(
    world: World, visitor: Visitor
) -> None:
    await world.person()
    await visitor.open("/signin")
    await visitor.send("/signin", username=ROBIN)
    before = await everything(world)
    for password in ("a" * 129, "\u00e4" * 300, "a" * 16_000):
        page = await visitor.send("/signin/password", password=password)
        assert page.status == 400
        assert "The user name or the password is not right." in page.text
    page = await visitor.send("/signin/password", password="a" * 20_000)
    assert "There is more in the field than it takes. The field is “password”." in page.text
    assert await everything(world) == before, "nothing was judged, so nothing is counted"


LONGEST = (  # form, field, and how many letters it takes
    ("/signin", "username", 512),
    ("/signin/challenge", "code", 256),
    ("/security-info/phone", "number", 256),
    ("/security-info/phone", "country", 2),
    ("/security-info/add", "displayName", 256),
    ("/security-info/add", "kind", 32),
    ("/security-info/default", "option", 32),
    ("/security-info/verify", "to", 512),
)


async def test_WE2_a_field_takes_so_much_and_says_so(world: World, house: House) -> None:
    others = {"number": "1", "country": "GB", "username": "x", "code": "1"}
    for form, field, longest in LONGEST:
        fields = {**others, field: "a" * (longest + 1)}
        await refused(
            world,
            house,
            f"form_token=TOKEN&{urlencode(fields)}",
            status=400,
            words=f"There is more in the field than it takes. The field is “{field}”.",
            forms=(form,),
        )


async def test_WE2_a_field_that_is_not_there_is_named(world: World, house: House) -> None:
    for form, field in (
        ("/signin", "username"),
        ("/signin/challenge", "code"),
        ("/security-info/phone", "number"),
    ):
        words = f"The field is not there. The field is “{field}”."
        await refused(world, house, "form_token=TOKEN", status=400, words=words, forms=(form,))


@pytest.mark.parametrize(
    "typed",
    ["\u202e123456", "12345\u200b6", "\uff11\uff12\uff13\uff14\uff15\uff16", "<i>", "😀" * 30],
)
async def test_WE2_letters_that_are_no_digits_are_a_wrong_code_and_no_fault(
    world: World, visitor: Visitor, typed: str
) -> None:
    await world.person(phone="+44 7700 900067")
    await to_challenge(visitor)
    page = await press(visitor, "/signin/challenge", {"code": typed})
    assert page.status == 400
    assert "That code didn't match" in page.text
    assert typed not in page.html


@pytest.mark.parametrize(
    "typed",
    [
        "\u202erobin",
        "\u200b",
        "r\u043ebin@contoso.test",
        "a@b@c",
        "\ud7ff",
        "\ufffe",
        "'; --",
        "😀",
    ],
)
async def test_WE1_a_strange_name_goes_the_way_of_all_names(
    world: World, visitor: Visitor, typed: str
) -> None:
    await world.person()
    await visitor.open("/signin")
    page = await press(visitor, "/signin", {"username": typed})
    assert page.path == "/signin/password"
    page = await visitor.send("/signin/password", password=PASSWORD)
    assert page.status == 400
    assert "The user name or the password is not right." in page.text


async def test_WE7_a_form_without_our_token(world: World, house: House) -> None:
    await refused(world, house, "code=1", status=403, words="This form is too old")
    for token in ("x", "ä", "A" * 43, "TOKENx"):
        await refused(
            world,
            house,
            f"form_token={quote(token)}",
            status=403,
            words="This form is too old",
            forms=house.form_of_each_door,
        )


async def test_WE7_the_token_of_another_form_or_browser(
    world: World, house: House, another_visitor: Visitor
) -> None:
    await another_visitor.open("/signin")
    before = await everything(world)
    for path in house.forms:
        for token in (
            token_for(house.visitor, "/security-info/elsewhere"),
            token_for(another_visitor, path),
        ):
            content = f"form_token={token}"
            answer = await house.visitor.http.post(path, content=content, headers=OURS)
            assert answer.status_code == 403, path
            assert "This form is too old" in answer.text, path
    assert await everything(world) == before


OF_ANOTHER_SITE: tuple[dict[str, str], ...] = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": ORIGIN},
    {"sec-fetch-site": ""},
    {"origin": "https://evil.example"},
    {"sec-fetch-site": "cross-site", "origin": "null"},
    {"origin": "http://id.contoso.test"},
    {"origin": f"{ORIGIN}:8443"},
    {"origin": f"{ORIGIN}.evil.example"},
    {},
)


async def test_WE7_a_form_of_another_site(world: World, house: House) -> None:
    for number, headers in enumerate(OF_ANOTHER_SITE):
        await refused(
            world,
            house,
            "form_token=TOKEN",
            status=403,
            words="Another site sent this form",
            headers={"content-type": FORM, **headers},
            forms=house.form_of_each_door if number else None,
        )


async def test_WE7_an_older_browser_says_origin_only(world: World, visitor: Visitor) -> None:
    await world.person()
    form = (await visitor.open("/signin")).form("/signin")
    answer = await visitor.http.post(
        "/signin", data={**form.fields, "username": ROBIN}, headers={"origin": ORIGIN}
    )
    assert answer.status_code == 303


async def test_another_host_is_not_ours(world: World, house: House) -> None:
    for number, host in enumerate(("evil.example", "id.contoso.test.evil.example", "localhost")):
        await refused(
            world,
            house,
            "form_token=TOKEN",
            status=421,
            words="This is not the address of this service",
            headers=OURS | {"host": host},
            forms=house.form_of_each_door if number else None,
        )
        answer = await house.visitor.http.get("/security-info", headers={"host": host})
        assert answer.status_code == 421
        assert host not in answer.text


async def test_no_host_at_all(house: House) -> None:
    answer = await house.visitor.http.get("/signin", headers={"host": ""})
    assert answer.status_code == 400
    assert (await house.visitor.http.get("/healthz", headers={"host": "10.0.0.7"})).text == "up"


async def test_NE3_forged_forwarding_headers_change_nothing(world: World, visitor: Visitor) -> None:
    await world.person()
    forged = {
        "x-forwarded-for": "198.51.100.9, nonsense, \x80, ::1",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "http",
        "x-forwarded-port": "81",
        "x-original-url": "/security-info",
        "x-rewrite-url": "/security-info",
        "x-http-method-override": "DELETE",
        "forwarded": "for=1.2.3.4;host=evil.example;proto=http",
    }
    headers = [(name.encode(), value.encode("latin-1")) for name, value in forged.items()]
    answer = await visitor.http.get("/signin", headers=headers)
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    await visitor.open("/signin")
    form = visitor.page.form("/signin")
    answer = await visitor.http.post(
        "/signin",
        data={**form.fields, "username": ROBIN},
        headers=[*headers, (b"sec-fetch-site", b"same-origin")],
    )
    assert answer.headers["location"] == "/signin/password"
    ((address,),) = await world.store.engine.rows("SELECT address FROM sign_ins")
    assert address == "203.0.113.24"


STRANGE = (
    "%00",
    "a%00b",
    "%ff",
    "%ed%a0%80",
    "%e2%80%ae",
    "%0d%0aset-cookie:x=y",
    "..%2f..",
    "%2e%2e",
    "%252e",
    "'%22<script>",
    "%F0%9F%98%80",
    "a" * 8000,
)


PATTERNS = (
    "/security-info/changes/{}",
    "/security-info/changes/{}/delivery",
    "/security-info/methods/{}/delete",
    "/not-me/{}",
    "/static/{}",
    "/delivery/v1/receipts/{}",
    "/{}",
)


@pytest.mark.both_engines
async def test_WE2_strange_ids_in_addresses(world: World, house: House) -> None:
    before = await everything(world)
    for path in [pattern.format(strange) for pattern in PATTERNS for strange in STRANGE]:
        for answer in (
            await house.visitor.http.get(path),
            await post_with_token(house.visitor, path),
        ):
            assert answer.status_code < 500, path
            assert "<script>" not in answer.text.replace("<script type", "")
            assert "x=y" not in str(answer.headers)
    assert await everything(world) == before


async def post_with_token(visitor: Visitor, path: str) -> httpx2.Response:
    """Post a form to ``path`` as if a page of ours led there."""
    decoded = httpx2.URL(f"{ORIGIN}{path}").path
    fields = {"form_token": token_for(visitor, decoded), "code": "1", "number": "1"}
    return await visitor.http.post(path, content=urlencode(fields), headers=OURS)


QUERIES = (
    "return=//evil.example",
    "return=/\\evil.example",
    "return=%2f%2fevil.example",
    "return=javascript:alert(1)",
    "return=%ff%00",
    "to=//evil.example",
    "to=https://evil.example",
    "to=/security-info/changes/%00",
    "to=/security-info/changes/a%2500",
    "to=/security-info/changes/" + "a" * 400,
    "trouble=<script>",
    "trouble=limit",
    "done=<script>",
    "done=phone-changed&fresh=<script>",
    "done=phone-changed&fresh=%00",
    "trouble=limit&trouble=country",
    "&".join(f"a{number}=1" for number in range(2000)),
    "%00=%ff",
)


async def test_WE8_queries_lead_nowhere_else_and_break_nothing(world: World, house: House) -> None:
    before = await everything(world)
    pages = (
        "/signin",
        "/signin/challenge",
        "/signin/options",
        "/security-info",
        "/security-info/verify",
        "/security-info/phone",
        house.change,
    )
    for path in [f"{page}?{query}" for page in pages for query in QUERIES]:
        answer = await house.visitor.http.get(path)
        assert answer.status_code < 500, path
        assert "evil" not in answer.headers.get("location", ""), path
        assert "evil" not in answer.text, path
        assert "<script>" not in answer.text, path
    assert await everything(world) == before


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/x\\y", "javascript:1"]
)
async def test_WE8_a_proof_leads_to_no_other_site(world: World, house: House, target: str) -> None:
    visitor = house.visitor
    await visitor.open("/security-info/verify")
    world.later(seconds=31)
    page = await press(visitor, "/security-info/verify", {"to": target, "option": "sms"})
    assert page.path == "/signin/challenge"
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert page.path == "/security-info"
