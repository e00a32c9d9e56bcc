"""Security promises across parts: password fields, links, and receivers of messages."""

import re
from urllib.parse import urlsplit

import pytest

from journeys.steps import (
    NEW_PHONE,
    PHONE,
    ROBIN,
    by_text,
    everything,
    mails,
    to_confirmation,
    to_password,
)
from known_methods import METHODS
from proofup.authentication.password import PasswordRefused, submit_password
from proofup.directory.passwords import MOST_CODE_POINTS
from proofup.hashing import pool
from proofup.methods.declaration import Role
from proofup.values.secret import Secret
from visitor import ORIGIN, Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
FIELD = re.compile(r"<input[^>]*type=\"password\"[^>]*>", re.DOTALL)


async def test_PW5_a_password_can_be_pasted_and_a_manager_knows_its_field(
    world: World, visitor: Visitor
) -> None:
    await world.person()
    page = await visitor.open("/signin")
    assert 'autocomplete="username' in page.html
    page = await to_password(visitor)
    fields = FIELD.findall(page.html)
    assert len(fields) == 1
    assert 'autocomplete="current-password"' in fields[0]
    assert not re.search(r"onpaste|onkey|pattern=", fields[0])
    longest = re.search(r'maxlength="(\d+)"', fields[0])
    assert longest is None or int(longest[1]) >= MOST_CODE_POINTS
    assert ROBIN in page.html, "a manager finds the account by the name on the page"
    assert not re.search(r"hint|security question", page.text, re.IGNORECASE)


async def test_SM7_VOC_09_SYS_10_mail_carries_notices_and_no_code(
    world: World, visitor: Visitor
) -> None:
    signing_in = {one.word for role in (Role.SECOND, Role.FIRST) for one in METHODS.in_role(role)}
    assert not any(word in way.lower() for way in signing_in for word in ("mail", "question"))
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    world.later(minutes=1)
    await to_confirmation(visitor)
    await visitor.send(visitor.page.path, code=await world.texted_code())
    for mail in await mails(world):
        assert not re.search(r"\b\d{3} ?\d{3}\b", " ".join(mail.facts.values()))


async def test_RC6_links_are_built_from_the_public_url_whatever_is_asked_for(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    await world.sent()
    world.later(minutes=1)
    await to_confirmation(visitor)
    code = await world.texted_code()
    strange = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "http",
        "forwarded": "host=evil.example",
        "x-original-host": "evil.example",
        "x-original-url": "https://evil.example/",
    }
    form = visitor.page.form(visitor.page.path)
    fields = {**form.fields, "code": code}
    await visitor.post(form.action or visitor.page.path, fields, strange)
    links = [value for mail in await mails(world) for value in mail.facts.values() if "//" in value]
    assert links
    assert all(link.startswith(f"{ORIGIN}/") for link in links)
    page = await visitor.http.get("/security-info", headers=strange)
    assert "evil.example" not in page.text + repr(page.headers)
    refused = await visitor.http.get("/signin", headers={"host": "evil.example"})
    assert refused.status_code == 421
    location = refused.headers.get("location", ORIGIN)
    assert urlsplit(location).netloc == urlsplit(ORIGIN).netloc


async def test_RC7_a_notice_goes_to_the_stored_address_and_to_no_typed_one(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE, mail="robin@fabrikam.test")
    await by_text(visitor, world)
    await world.sent()
    world.later(minutes=1)
    await visitor.open("/security-info/phone")
    form = visitor.page.form("/security-info/phone")
    typed = {"number": NEW_PHONE, "country": "GB", "mail": "evil@evil.example", "to": "evil@x.test"}
    await visitor.post("/security-info/phone", {**form.fields, **typed})
    code = await world.texted_code()
    form = visitor.page.form(visitor.page.path)
    typed = {"code": code, "mail": "evil@evil.example", "email": "evil@evil.example"}
    await visitor.post(form.action or visitor.page.path, {**form.fields, **typed})
    assert {mail.to for mail in await mails(world)} == {"robin@fabrikam.test"}


async def test_GU2_a_name_that_nobody_has_is_worked_for_alike(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hash and the commit take the time, so these are counted; a drill measures real times."""
    await world.person("known@contoso.test")
    await world.person("disabled@contoso.test", enabled=False)
    await world.person("without@contoso.test", password=None)
    hashed: list[str] = []
    verify = pool._verify

    def noted(verifier: str, peppered: bytes) -> bool:
        hashed.append(verifier.rpartition("$")[0].rpartition("$")[0])
        return verify(verifier, peppered)

    monkeypatch.setattr(pool, "_verify", noted)
    work = {}
    for name in ("first", "known", "disabled", "without", "nobody"):
        _, sign_in = await world.begin(f"{name}@contoso.test")
        hashed.clear()
        before = await everything(world)
        outcome = await submit_password(
            world.sign_in, sign_in, Secret(f"not {PASSWORD}"), at=world.now
        )
        assert isinstance(outcome, PasswordRefused)
        after = await everything(world)
        written = {table: len(after[table]) - len(before[table]) for table in after}
        work[name] = (tuple(hashed), outcome, written)
    del work["first"]  # opened the network's counter for all of them
    assert len({repr(done) for done in work.values()}) == 1, work
