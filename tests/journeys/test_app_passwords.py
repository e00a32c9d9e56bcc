"""App passwords, from the page that makes one to the mail server that asks about it."""

import re

import httpx2
import msgspec
import pytest

from journeys.administrators import act, administrator, to_admin
from journeys.conftest import NewVisitor
from journeys.steps import PHONE, ROBIN, by_text, mails, press, to_password
from journeys.test_per_user_mfa import stepped
from proofup.audit.events.app_passwords import AppPasswordRefused, AppPasswordUsed
from proofup.config.settings import Legacy
from proofup.directory.app_passwords import MOST_OF_USER
from proofup.directory.users import BlockProofs, Person, SetEnabled
from proofup.policy import figures
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.secret import Secret
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
HOME = "/security-info/app-passwords"
NEW = f"{HOME}/new"
SECRET = "the-secret-of-the-mail-server-32"
LETTERS = re.compile(r'<dd dir="ltr" id="letters">([a-z ]+)</dd>')


@pytest.fixture
def legacy() -> Legacy | None:
    return Legacy(secret=Secret(SECRET))


@pytest.fixture
async def robin(world: World) -> Person:
    await world.store.commit(SetPolicy(policy=Policy(app_passwords=True)))
    return await world.person(phone=PHONE)


async def made(visitor: Visitor, name: str = "laptop at home") -> str:
    """Make one, and return its letters as they are shown."""
    await visitor.open(NEW)
    page = await visitor.send(NEW, name=name)
    found = LETTERS.search(page.html)
    assert found, page.text
    return found[1]


async def asked(visitor: Visitor, password: str, name: str = ROBIN, **more: str) -> httpx2.Response:
    """Ask as the mail server does."""
    question = {"userName": name, "password": password, "protocol": "imap"}
    return await visitor.http.post(
        "/legacy/authenticate",
        content=msgspec.json.encode({**question, "address": "192.0.2.9", **more}),
        headers={"authorization": f"Bearer {SECRET}"},
    )


@pytest.mark.both_engines
async def test_APW_01_APW_02_APW_03_APW_06_SE7_from_making_one_to_its_deletion(
    world: World, visitor: Visitor, robin: Person, new_visitor: NewVisitor
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    assert "App passwords" in (await visitor.open("/security-info")).text
    await world.sent()
    letters = await made(visitor)
    plain = letters.replace(" ", "")
    assert len(plain) == 26, "122 bit"
    (mail,) = await mails(world)
    assert mail.template == "app-password-made"
    page = await visitor.open(HOME)
    assert "laptop at home" in page.text
    assert letters not in page.text
    assert plain not in str(await world.store.engine.rows("SELECT * FROM app_passwords"))
    server = new_visitor()
    answer = await asked(server, letters)
    assert (answer.status_code, answer.json()["userPrincipalName"]) == (200, ROBIN)
    assert (await asked(server, plain.upper())).status_code == 200
    assert "imap, 192.0.2.9" in (await visitor.open(HOME)).text
    page = await visitor.open(HOME)
    (link,) = re.findall(rf'href="({HOME}/[0-9a-f-]{{36}}/delete)"', page.html)
    page = await visitor.open(link)
    assert "It can't be brought back." in page.text
    asking = page
    page = await visitor.send(link)
    assert "The app password is deleted" in page.text
    visitor.page = asking
    assert (await visitor.send(link)).path == HOME, "the same form, sent again"
    assert (await asked(server, letters)).status_code == 401
    assert (await visitor.open(link)).path == HOME


async def test_APS_01_SE7_nobody_makes_one_before_the_rules_say_so(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/signin?return=/security-info")
    assert "App passwords" not in (await visitor.open("/security-info")).text
    assert "App passwords" not in (await visitor.open("/security-info/classic")).text
    page = await visitor.open(NEW)
    assert page.path == HOME
    assert "allows no new app passwords" in page.text


async def test_PG_01_SI_04_APW_07_there_are_two_tabs_where_they_are_allowed(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    page = await visitor.open("/security-info/classic")
    assert f'<a href="{HOME}">App passwords</a>' in page.html
    page = await visitor.open(HOME)
    assert "One for each device" in page.text
    assert '<a href="/security-info/classic">Additional security verification</a>' in page.html
    assert "Manage app passwords" in (await visitor.open("/security-info")).text


async def test_APS_03_switched_off_the_old_ones_work_and_can_be_deleted(
    world: World, visitor: Visitor, robin: Person, new_visitor: NewVisitor
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    letters = await made(visitor)
    await world.store.commit(SetPolicy(policy=Policy()))
    assert (await asked(new_visitor(), letters)).status_code == 200
    page = await visitor.open(HOME)
    assert "laptop at home" in page.text
    assert 'href="/security-info/app-passwords/new"' not in page.html


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Type a name, such as the one of the device."),
        (" LAPTOP at home ", "You have an app password of this name."),
        ("x" * 65, "Use at most 64 letters."),
        ("a\ue000b", "can't be shown"),
    ],
)
async def test_APW_08_a_name_that_cannot_be_taken_says_why_and_stays(
    world: World, visitor: Visitor, robin: Person, name: str, told: str
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    await made(visitor)
    await visitor.open(NEW)
    page = await press(visitor, NEW, {"name": name})
    assert page.status == 400
    assert told in page.text
    assert page.form(NEW).fields["name"] == name


async def test_APW_04_APW_05_forty_at_the_most(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    for number in range(MOST_OF_USER):
        await made(visitor, f"device {number}")
    page = await visitor.open(NEW)
    assert page.status == 400
    assert "You have 40 app passwords, which is the most" in page.text
    assert page.html.count("/delete") == MOST_OF_USER


async def test_SE7_making_one_needs_a_proof_of_the_last_minutes(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    world.later(minutes=6)
    assert (await visitor.open(NEW)).path.startswith("/security-info/verify")
    assert (await visitor.open(HOME)).path == HOME


async def test_LEG_04_LEG_07_SE7_it_opens_no_page_and_the_password_opens_no_mailbox(
    world: World, visitor: Visitor, robin: Person, new_visitor: NewVisitor
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    letters, other = await made(visitor), new_visitor()
    await to_password(other)
    page = await other.send("/signin/password", password=letters)
    assert page.path == "/signin/password"
    assert (await asked(other, PASSWORD)).status_code == 401


async def test_LEG_03_the_log_says_that_it_took_the_place_of_a_second_proof(
    world: World, visitor: Visitor, robin: Person, new_visitor: NewVisitor
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    letters, server = await made(visitor), new_visitor()
    for _ in range(3):
        assert (await asked(server, letters)).status_code == 200
        world.later(minutes=5)
    assert (await asked(server, letters, protocol="smtp")).status_code == 200
    assert (await asked(server, "wrong")).status_code == 401
    entries = await world.store.audit.of_user(robin.user.id, most=20)
    used = [one.event for one in entries if isinstance(one.event, AppPasswordUsed)]
    assert [one.protocol for one in used] == ["smtp", "imap"], "what is alike, once an hour"
    (refused,) = [one for one in entries if isinstance(one.event, AppPasswordRefused)]
    assert refused.network == "192.0.2.9"


async def test_LEG_06_LEG_10_what_ends_them_and_what_does_not(
    world: World, visitor: Visitor, robin: Person, new_visitor: NewVisitor
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    letters, server, user_id = await made(visitor), new_visitor(), robin.user.id
    await visitor.open("/security-info/sign-out-everywhere")
    await visitor.send("/security-info/sign-out-everywhere")
    assert (await asked(server, letters)).status_code == 200
    await world.store.commit(BlockProofs(user_id=user_id, until=world.now.replace(year=2027)))
    assert (await asked(server, letters)).status_code == 401
    await world.store.commit(BlockProofs(user_id=user_id, until=None))
    await world.store.commit(SetEnabled(user_id=user_id, enabled=False))
    assert (await asked(server, letters)).status_code == 401


async def test_SE8_guessing_stops_nobody(
    world: World, visitor: Visitor, robin: Person, new_visitor: NewVisitor
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    letters, server = await made(visitor), new_visitor()
    for _ in range(figures.APP_PASSWORD_FROM_NETWORK.most):
        assert (await asked(server, "a" * 26)).status_code == 401
    assert (await asked(server, "a" * 26)).status_code == 429
    assert (await asked(server, letters)).status_code == 200
    page = await by_text(new_visitor(), world, start="/signin?return=/security-info")
    assert page.path == "/security-info"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": f"Digest {SECRET}"}, 401),
        ({"authorization": f"bearer {SECRET}"}, 400),
    ],
)
async def test_only_a_server_with_the_secret_is_answered(
    visitor: Visitor, headers: dict[str, str], status: int
) -> None:
    for path in ("/legacy/authenticate", "/legacy/radius"):
        answer = await visitor.http.post(path, content=b"{}", headers=headers)
        assert answer.status_code == status, answer.text


async def test_an_address_that_is_none_is_named(visitor: Visitor, robin: Person) -> None:
    answer = await asked(visitor, "x", address="mail.contoso.test")
    assert answer.status_code == 400
    assert "address" in answer.json()["error"]["message"]
    assert (await asked(visitor, "x", address="")).status_code == 401
    assert (await asked(visitor, "x", name="not a name")).status_code == 401


async def test_CAP_07_DEL_08_ADM_02_an_administrator_deletes_all_of_them(
    world: World, visitor: Visitor, robin: Person, new_visitor: NewVisitor, another_visitor: Visitor
) -> None:
    await by_text(visitor, world, start="/signin?return=/security-info")
    letters, server = await made(visitor), new_visitor()
    kim = await administrator(world)
    await to_admin(another_visitor, world, kim)
    page = await another_visitor.open(f"/admin/users/{robin.user.id}")
    assert "1 app password" in page.text
    await world.sent()
    page = await act(another_visitor, robin, "delete-app-passwords")
    assert "No app password works any more" in page.text
    assert "laptop at home" in page.text
    assert [one.template for one in await mails(world)] == ["app-passwords-deleted"]
    assert (await asked(server, letters)).status_code == 401
    page = await stepped(another_visitor, "settings", robin, app_passwords="on")
    assert "0 app passwords deleted" in page.text
    await made(visitor, "again")
    page = await stepped(another_visitor, "settings", robin, app_passwords="on")
    assert "1 app password deleted" in page.text
