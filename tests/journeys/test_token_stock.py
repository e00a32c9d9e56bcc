"""The stock of hardware tokens in the admin centre: imported, found, given, stopped, deleted."""

import pytest

from directory.test_pskc import ENCRYPTED, KEY, NAMED_KEY, container, mac_method, package
from journeys.administrators import act, administrator, to_admin
from journeys.house import given_token
from journeys.steps import PHONE
from journeys.test_giving_roles import do
from journeys.test_hardware_tokens import held_by, stocked
from methods.test_hardware_oath import code
from proofup.admin import tokens
from proofup.admin.importing_tokens import MOST_ROWS
from proofup.audit.log import Wanted
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.token_fields import COLUMNS
from proofup.directory.users import Person, UserType
from proofup.methods.registered_methods import MethodKind
from proofup.policy.permissions import Permission
from proofup.policy.roles import (
    AUTHENTICATION_ADMINISTRATOR,
    AUTHENTICATION_POLICY_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    SECURITY_READER,
)
from proofup.policy.rules import Policy, SetPolicy
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
LIST = "/admin/tokens"
IMPORT = f"{LIST}/import"
HEAD = ",".join(COLUMNS)
KEY_OF_A_TOKEN = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
ROBIN = "robin.ashby@contoso.test"
KIND = MethodKind("hardwareOath")


async def signed_in_as(world: World, visitor: Visitor, role: str) -> Person:
    person = await administrator(world, "ada.quist@contoso.test", role)
    await to_admin(visitor, world, person)
    return person


async def load(visitor: Visitor, text: str, **more: str) -> Page:
    return await do(visitor, IMPORT, tokens=text, **more)


async def serials(world: World) -> dict[str, str]:
    """Return the serial numbers in the stock, with who has each."""
    found = await world.store.oath_tokens.page(after=None, most=100)
    return {one.token.serial_number: one.holder_name for one in found}


async def reasons(world: World, word: str) -> set[str]:
    """Return the reasons that the audit log has of events of this kind."""
    wanted = Wanted(words=frozenset({word}))
    found = await world.store.log.page(wanted, before=None, most=9)
    return {str(getattr(one.event, "reason", None)) for one in found.entries}


@pytest.mark.both_engines
async def test_HWT_05_HWT_13_tokens_are_imported_with_their_bad_rows_named(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await signed_in_as(world, visitor, GLOBAL_ADMINISTRATOR)
    assert "There is no token" in (await visitor.open(LIST)).text
    page = await load(
        visitor,
        f"\ufeff{HEAD}\r\n{ROBIN},A-1,{KEY_OF_A_TOKEN},30,Contoso,Key\r\n"
        f",A-2,{KEY_OF_A_TOKEN},60,,\r\n,A-3,{KEY_OF_A_TOKEN},45,,\r\n,A-4,{KEY_OF_A_TOKEN},30\r\n"
        f"{ROBIN},A-5,{KEY_OF_A_TOKEN},30,,\r\n",
    )
    assert "2 tokens were added" in page.text
    assert "1 of them was given to somebody" in page.text
    assert "3 rows were refused" in page.text
    assert "must be 30 or 60 seconds" in page.text
    assert f"{ROBIN} has a token already" in page.text
    assert KEY_OF_A_TOKEN not in page.html
    assert await serials(world) == {"A-1": ROBIN, "A-2": ""}
    guest = await world.person("guest@fabrikam.test", user_type=UserType.GUEST)
    name = guest.user.user_principal_name
    page = await load(
        visitor,
        f"{HEAD}\n,A-2,{KEY_OF_A_TOKEN},60,,\n{name},A-6,{KEY_OF_A_TOKEN},30,,\n",
    )
    assert "A-2 is known already" in page.text
    assert "guests can have no token" in page.text
    assert await reasons(world, "oathTokenAdded") == {"ticket 4711"}


async def test_HWT_13_the_role_for_rules_imports_and_deletes_and_gives_nothing(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await signed_in_as(world, visitor, AUTHENTICATION_POLICY_ADMINISTRATOR)
    page = await load(visitor, f"{HEAD}\n{ROBIN},A-1,{KEY_OF_A_TOKEN},30,,\n,A-2,{'A' * 32},30,,\n")
    assert "you may give them no token" in page.text
    assert await serials(world) == {"A-2": ""}
    of = await world.store.oath_tokens.by_serial("A-2")
    assert of
    page = await visitor.open(f"{LIST}/{of.token.id}")
    assert "Give it to somebody" not in page.text
    giving = await visitor.open(f"/admin/users/{robin.user.id}/add/{KIND}")
    assert giving.status == 404
    page = await do(visitor, f"{LIST}/{of.token.id}/delete")
    assert (page.path, await serials(world)) == (f"{LIST}?done", {})
    assert await reasons(world, "oathTokenDeleted") == {"ticket 4711"}
    assert (await visitor.open(f"{LIST}/{of.token.id}")).status == 404


async def test_a_container_is_imported_with_its_key(world: World, visitor: Visitor) -> None:
    await signed_in_as(world, visitor, AUTHENTICATION_POLICY_ADMINISTRATOR)
    text = container(package(serial="B-1"), ENCRYPTED, before=NAMED_KEY + mac_method()).decode()
    text = text.replace("<UserId>robin@contoso.test</UserId>", "")
    assert "give the key of the file" in (await load(visitor, text)).text
    assert "digits 0 to 9" in (await load(visitor, text, key="no hex")).text
    page = await load(visitor, text, key=KEY.hex())
    assert "1 token was added" in page.text  # the other one was stored without the key
    assert await serials(world) == {"B-1": "", "987654321": ""}
    assert KEY.hex() not in page.html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" ", "Paste the text of a file"),
        ("serial\nA-1\n", "The first line has to be"),
        ('"', "has no line of column names"),
        ("<html/>", "has no KeyContainer of RFC 6030"),
        (f"{HEAD}\n" + f",,{'A' * 32},30,,\n" * (MOST_ROWS + 1), "Split it"),
    ],
)
async def test_a_file_that_is_none_stores_nothing(
    world: World, visitor: Visitor, text: str, words: str
) -> None:
    await signed_in_as(world, visitor, AUTHENTICATION_POLICY_ADMINISTRATOR)
    assert words in (await load(visitor, text)).text
    assert await serials(world) == {}


async def test_the_stock_is_filtered_and_shown_a_page_at_a_time(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST", 2)
    robin = await world.person(phone=PHONE)
    for serial in ("A-1", "A-2", "A-3", "B-1"):
        await stocked(world, serial)
    await given_token(world, robin)
    await signed_in_as(world, visitor, SECURITY_READER)
    page = await visitor.open(LIST)
    assert "Import tokens" not in page.text
    assert f"A-0 Not named {ROBIN}" in page.text
    assert "A-1 Not named Free" in page.text
    assert "A-2" not in page.text
    page = await visitor.open(f"{LIST}?q=A&state=free&after=A-1")
    assert "A-2 Not named Free" in page.text
    assert "A-3" in page.text
    assert "B-1" not in page.text
    assert f'href="{LIST}?q=A&amp;state=free"' in page.html
    page = await visitor.open(f"{LIST}?q=A&state=free")
    assert f'href="{LIST}?q=A&amp;state=free&amp;after=A-2"' in page.html
    assert "A-0" in (await visitor.open(f"{LIST}?state=assigned")).text
    assert "No token matches" in (await visitor.open(f"{LIST}?q=C")).text


async def test_HWT_07_HWT_08_HWT_12_a_token_is_given_activated_stopped_and_taken_back(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    of = await stocked(world)
    await signed_in_as(world, visitor, AUTHENTICATION_ADMINISTRATOR)
    one, person = f"{LIST}/{of.id}", f"/admin/users/{robin.user.id}"
    page = await visitor.open(one)
    assert "Delete from the stock" not in page.text
    assert "Nobody here has this name" in (await visitor.open(f"{one}?user=nobody")).text
    page = await visitor.open(f"{one}?user={ROBIN}")
    assert page.path == f"{person}/add/{KIND}?serialNumber=A-1"
    page = await visitor.send(f"{person}/add/{KIND}", reason="ticket 4711")
    assert "They activate it on Security info" in page.text
    assert "Not activated Never used" in (await visitor.open(one)).text
    assert (await visitor.open(f"{one}?user={ROBIN}")).path == f"{one}?user={ROBIN}"
    page = await act(visitor, robin, f"tokens/{of.id}/activate", code="000000")
    assert "does not show this code now" in page.text
    right = code(await held_by(world, robin), world.now)
    page = await act(visitor, robin, f"tokens/{of.id}/activate", code=right)
    assert "The token is activated" in page.text
    page = await visitor.open(one)
    assert "Activated Last used today" in page.text
    target = await world.target(robin.user.id)
    assert any(str(way.way) == KIND for way in world.catalogue.options(target.held, at=world.now))
    page = await act(visitor, robin, f"tokens/{of.id}/deactivate")
    assert "The token is deactivated" in page.text
    target = await world.target(robin.user.id)
    assert all(str(way.way) != KIND for way in world.catalogue.options(target.held, at=world.now))
    await act(visitor, robin, f"methods/{of.id}/delete")
    assert await serials(world) == {"A-1": ""}
    for word in ("activate", "deactivate"):
        assert (await visitor.open(f"{person}/tokens/{of.id}/{word}")).status == 404


async def test_whoever_may_neither_read_rules_nor_add_methods_finds_no_stock(
    world: World, visitor: Visitor
) -> None:
    of = await stocked(world)
    await signed_in_as(world, visitor, HELPDESK_ADMINISTRATOR)
    assert "Hardware tokens" not in (await visitor.open("/admin/users")).text
    for path in (LIST, f"{LIST}/{of.id}", IMPORT, f"{LIST}/{of.id}/delete"):
        assert (await visitor.open(path)).status == 404, path


async def test_a_token_that_was_given_meanwhile_is_not_deleted(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    of = await stocked(world)
    await signed_in_as(world, visitor, AUTHENTICATION_POLICY_ADMINISTRATOR)
    address = f"{LIST}/{of.id}/delete"
    await visitor.open(address)
    form = visitor.page.form(address)
    other = await given_token(world, robin)
    page = await visitor.post(f"{LIST}/{other}/delete", {**form.fields, "reason": "x"})
    assert page.status == 403, "a form is for its own page"
    page = await visitor.open(f"{LIST}/{other}/delete")
    assert page.path == f"{LIST}/{other}"


async def test_a_row_for_somebody_whom_the_rules_protect_is_refused(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    guest = await world.person("guest@fabrikam.test", user_type=UserType.GUEST)
    await signed_in_as(world, visitor, GLOBAL_ADMINISTRATOR)
    policy = Policy(approval_acts=frozenset({Permission.ADD_METHODS}), approval_roles=None)
    await world.store.commit(SetPolicy(policy=policy))
    name = guest.user.user_principal_name
    page = await load(visitor, f"{HEAD}\n{ROBIN},A-1,{'A' * 32},30,,\n{name},A-2,{'A' * 32},30,,\n")
    assert "assign it on their page" in page.text
    assert await serials(world) == {}


async def test_what_is_wrong_with_a_row_is_said_in_the_language_of_the_page(
    world: World, visitor: Visitor
) -> None:
    await signed_in_as(world, visitor, AUTHENTICATION_POLICY_ADMINISTRATOR)
    text = f"{HEAD}\n,A-1,{KEY_OF_A_TOKEN},45,,\n{ROBIN},A-2,{KEY_OF_A_TOKEN},30,,\n,A-3\n"
    for language, words in (
        ("de", ("muss 30 oder 60 Sekunden sein.", "hat 2 Zellen; es gibt 6 Spalten.")),
        ("ar", ("يجب أن يكون 30 أو 60 ثانية.", "عدد خلاياه 2، وعدد الأعمدة 6.")),
    ):
        await visitor.open(f"{LIST}?lng={language}")
        page = await load(visitor, text)
        for one in (*words, ROBIN):
            assert one in page.text
    page = await load(visitor, "serial\n")
    assert HEAD in page.text


async def test_no_role_that_reads_alone_opens_the_import(world: World, visitor: Visitor) -> None:
    await signed_in_as(world, visitor, SECURITY_READER)
    assert (await visitor.open(IMPORT)).status == 404
