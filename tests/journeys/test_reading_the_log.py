"""The log, for who may read it: filters, an id that finds all of it, and the same as a file."""

import csv
import io

import pytest

from journeys.administrators import KIM, act, administrator, to_admin
from journeys.steps import PHONE, by_text, to_password
from proofup.audit.entry import Entry
from proofup.audit.events.service import LogExported
from proofup.audit.events.sign_ins import SignedOut
from proofup.audit.log import Wanted
from proofup.policy.roles import HELP_DESK_MFA, SECURITY_READER
from proofup.values.ids import CorrelationId
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
LOGS = "/admin/logs"


@pytest.mark.both_engines
async def test_an_id_finds_all_of_a_sign_in_and_the_reason_of_an_act(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_password(another_visitor)
    await another_visitor.send("/signin/password", password="wrong")
    await by_text(another_visitor, world)
    await to_admin(visitor, world, kim)
    await act(visitor, robin, "revoke-sessions")
    page = await visitor.open(f"{LOGS}?about={ROBIN}")
    assert "reason: ticket 4711" in page.text
    assert "because: wrongPassword" in page.text
    assert KIM in page.text, "who did it"
    entries = await world.store.audit.of_user(robin.user.id, most=20)
    sent = next(one for one in entries if one.event.word == "challengeSent")
    reference = sent.correlation_id[:8].upper()
    for wanted in (sent.correlation_id, f"{reference[:4]}-{reference[4:]}"):
        page = await visitor.open(f"{LOGS}?id={wanted}")
        assert "Code sent" in page.text
        assert "reason: ticket 4711" not in page.text
    page = await visitor.open(f"{LOGS}?result=refused")
    assert "because: wrongPassword" in page.text
    assert "Code sent" not in page.text
    page = await visitor.open(f"{LOGS}?event=challengeSent")
    assert "because: wrongPassword" not in page.text
    for nothing in ("about=nobody@contoso.test", "id=zzz", f"about={KIM}&event=challengeSent"):
        assert "Nothing matches" in (await visitor.open(f"{LOGS}?{nothing}")).text


async def test_the_log_is_paged_by_key(world: World, visitor: Visitor) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    for number in range(120):
        entry = Entry(
            at=world.now,
            event=SignedOut(),
            actor=robin.user.id,
            target=robin.user.id,
            succeeded=True,
            correlation_id=CorrelationId(f"n{number:03}-x"),
        )
        await world.store.commit(entry)
    await to_admin(visitor, world, kim)
    page, seen = await visitor.open(f"{LOGS}?about={ROBIN}"), list[str]()
    while True:
        seen += [f"n{number:03}-x" for number in range(120) if f"n{number:03}-x" in page.html]
        following = page.html.partition('">Next page')
        if not following[1]:
            break
        address = following[0].rpartition('href="')[2].replace("&amp;", "&")
        page = await visitor.open(address)
    assert len(seen) == len(set(seen)) == 120


async def test_who_may_not_read_it_finds_no_page_and_sign_ins_alone_are_sign_ins(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    desk = await administrator(world, "desk@contoso.test", HELP_DESK_MFA)
    page = await to_admin(visitor, world, desk)
    assert "Sign-ins and audit" not in page.text
    assert (await visitor.open(LOGS)).status == 404
    reader = await administrator(world, "reader@contoso.test", SECURITY_READER)
    page = await to_admin(another_visitor, world, reader)
    assert "Sign-ins and audit" in page.text
    assert (await another_visitor.open(LOGS)).status == 200


async def test_the_file_holds_what_was_asked_for_inert_and_is_recorded(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    await act(visitor, robin, "revoke-sessions", reason="=HYPERLINK(1)")
    await visitor.open(f"{LOGS}?about={ROBIN}")
    page = await visitor.send("/admin/logs/export")
    assert page.headers["content-type"].startswith("text/csv")
    assert page.headers["content-disposition"] == 'attachment; filename="log.csv"'
    rows = list(csv.DictReader(io.StringIO(page.html)))
    assert [row["event"] for row in rows] == ["sessionsRevoked"]
    assert rows[0]["target"] == robin.user.id
    assert all(not value.startswith(("=", "+", "-", "@")) for value in rows[0].values())
    (entry, *_) = (await world.store.log.page(Wanted(), before=None, most=1)).entries
    assert isinstance(entry.event, LogExported)
    assert (entry.event.entries, entry.actor) == (1, kim.user.id)
    await visitor.open(f"{LOGS}?about=nobody@contoso.test")
    page = await visitor.send("/admin/logs/export")
    assert list(csv.DictReader(io.StringIO(page.html))) == []
    assert (await visitor.open("/admin/logs/export")).path == LOGS
    world.later(minutes=6)
    await visitor.open(LOGS)
    page = await visitor.send("/admin/logs/export")
    assert page.path.startswith("/security-info/verify")
