"""The log, for who may read it: filters, an id that finds all of it, and the same as a file."""

import csv
import io
from datetime import timedelta

import pytest

from journeys.administrators import KIM, act, administrator, to_admin
from journeys.steps import PHONE, by_text, to_password
from proofup.administration.create_role import create_role
from proofup.audit.entry import Entry
from proofup.audit.events.service import LogExported
from proofup.audit.events.sign_ins import SignedOut
from proofup.audit.log import Wanted
from proofup.directory.roles import AssignRole
from proofup.policy.roles import HELP_DESK_MFA, SECURITY_READER
from proofup.values.ids import CorrelationId
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
LOGS, SIGN_INS = "/admin/logs", "/admin/sign-ins"


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
    assert "Audit log" not in page.text
    assert "Sign-ins" not in page.text
    assert (await visitor.open(LOGS)).status == 404
    reader = await administrator(world, "reader@contoso.test", SECURITY_READER)
    page = await to_admin(another_visitor, world, reader)
    assert "Audit log" in page.text
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


async def a_sign_in_and_a_refusal(world: World, visitor: Visitor) -> None:
    await to_password(visitor)
    await visitor.send("/signin/password", password="wrong")
    await by_text(visitor, world)


async def test_each_step_of_a_sign_in_is_a_row_and_filters_narrow_them(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    await world.person(phone=PHONE)
    await a_sign_in_and_a_refusal(world, another_visitor)
    await to_admin(visitor, world, kim)
    page = await visitor.open(f"{SIGN_INS}?about={ROBIN}")
    for words in ("Signed in", "Code sent", "wrongPassword", "198.51.100.7"):
        assert words in page.text
    steps = page.html.count('<tr><td class="num"')
    assert steps == 3
    day, next_day = world.now.date().isoformat(), "2026-11-22"
    for query, expected in (
        ("result=refused", 1),
        ("result=succeeded", 2),
        ("result=pigeon", 0),
        ("way=sms", 2),
        ("way=oath", 0),
        ("event=challengeSent", 1),
        ("event=policyChanged", 0),
        ("network=198.51.100.0/24", 3),
        ("network=203.0.113.24", 0),
        ("network=198.51.100.7", 3),
        (f"since={day}", 3),
        (f"since={next_day}", 0),
        (f"until={day}", 3),
        ("until=2026-11-20", 0),
        (f"since={world.now.isoformat()[:16]}", 3),
        ("until=2026-11-21T14:29", 0),
    ):
        page = await visitor.open(f"{SIGN_INS}?about={ROBIN}&{query}")
        assert page.html.count('<tr><td class="num"') == expected, query
        anybody = await visitor.open(f"{SIGN_INS}?{query}")
        assert anybody.html.count('<tr><td class="num"') >= expected, query
    for query, words in (
        ("network=here", "or a range such as"),
        ("since=soon", "Type a day such as"),
        ("until=9999-12-31", "Type a day such as"),
    ):
        page = await visitor.open(f"{SIGN_INS}?{query}")
        assert page.status == 400
        assert page.title.startswith("Error:")
        assert words in page.text
        assert query.partition("=")[2] in page.html, "what was typed is kept"
        page = await visitor.send(f"{SIGN_INS}/export")
        assert page.path.startswith(SIGN_INS), "no file is made of it"


async def test_who_reads_sign_ins_alone_finds_no_audit_log(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    words = ["readUsers", "readSignIns"]
    role = await world.carry_out(
        create_role(world.administration, world.host, "Sign-in reader", words, at=world.now)
    )
    reader = await world.person("reader@contoso.test", apps=1)
    await world.store.commit(AssignRole(user_id=reader.user.id, role=role.id, is_custom=True))
    robin = await world.person(phone=PHONE)
    await a_sign_in_and_a_refusal(world, another_visitor)
    page = await to_admin(visitor, world, reader)
    assert "Audit log" not in page.text
    assert (await visitor.open(LOGS)).status == 404
    page = await visitor.open(f"{SIGN_INS}?about={robin.user.id}")
    assert "Signed in" in page.text
    page = await visitor.send(f"{SIGN_INS}/export")
    assert page.headers["content-disposition"] == 'attachment; filename="sign-ins.csv"'
    assert {row["event"] for row in csv.DictReader(io.StringIO(page.html))} == {
        "signedIn",
        "challengeSent",
        "signInFailed",
    }


@pytest.mark.both_engines
async def test_a_span_of_time_is_found_in_a_long_log(world: World) -> None:
    start = world.now
    for minute in range(120):
        entries = [
            Entry(
                at=world.later(seconds=30),
                event=SignedOut(),
                actor="host",
                target=None,
                succeeded=True,
                correlation_id=CorrelationId(f"n{minute:03}-{number}"),
            )
            for number in range(2)
        ]
        await world.store.commit(*entries)
    wanted = Wanted(since=start + timedelta(minutes=40), until=start + timedelta(minutes=50))
    page = await world.store.log.page(wanted, before=None, most=99)
    assert len(page.entries) == 20
    assert page.before is None
    first = await world.store.log.page(wanted, before=None, most=15)
    rest = await world.store.log.page(wanted, before=first.before, most=15)
    assert [*first.entries, *rest.entries] == page.entries
    early = Wanted(until=start - timedelta(days=1))
    from_network = Wanted(network="203.0.113.0/24")
    for nothing in (early, from_network):
        assert (await world.store.log.page(nothing, before=None, most=9)).entries == []
