"""The pages that say who is left of a campaign, and who depends on texts and calls."""

import csv
import io
import re

import pytest
from msgspec.structs import replace

from journeys.administrators import KIM, administrator, to_admin
from journeys.steps import PHONE
from proofup.administration.groups import create_group
from proofup.audit.events.service import PeopleListed
from proofup.audit.log import Wanted
from proofup.directory.groups import AddToGroup
from proofup.directory.users import CountNudge, SetEnabled
from proofup.policy.roles import AUTHENTICATION_POLICY_ADMINISTRATOR, HELP_DESK_MFA
from proofup.policy.rule_choices import Nudge
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ways import Way
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
CAMPAIGN, WITHOUT = "/admin/campaign", "/admin/rules/without"
ONLY, BOTH, GONE = "only@contoso.test", "both@contoso.test", "gone@contoso.test"
PUSH = Policy(nudge=Nudge.ONLY_PHONES, nudge_ways=frozenset({Way("push")}))


@pytest.fixture
async def kim(world: World, visitor: Visitor) -> Visitor:
    """Return the browser of somebody who may set rules, in an organisation with phones."""
    only = await world.person(ONLY, phone=PHONE)
    await world.person(BOTH, phone="+44 7700 900143", apps=1)
    gone = await world.person(GONE, phone="+44 7700 900144")
    await world.person("none@contoso.test")
    await world.store.commit(
        SetPolicy(policy=PUSH),
        CountNudge(user_id=only.user.id, at=world.now),
        SetEnabled(user_id=gone.user.id, enabled=False),
    )
    person = await administrator(world, KIM, AUTHENTICATION_POLICY_ADMINISTRATOR)
    await to_admin(visitor, world, person)
    return visitor


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.both_engines
async def test_the_campaign_says_who_is_left(world: World, kim: Visitor) -> None:
    page = await kim.open(CAMPAIGN)
    assert "Have nothing but phones 1 Have another method, which is weaker 2" in page.text
    assert ONLY in page.text
    assert "1 time" in page.text
    assert BOTH not in page.text
    assert GONE not in page.text, "nobody who may not sign in is asked"
    page = await kim.open(f"{CAMPAIGN}?whom=everybody")
    assert ONLY in page.text
    assert BOTH in page.text
    assert "none@contoso.test" not in page.text


@pytest.mark.both_engines
async def test_whom_the_rules_leave_out_is_in_no_count_and_no_list(
    world: World, kim: Visitor
) -> None:
    lorries = create_group(world.administration, world.host, "Lorries", at=world.now)
    group = await world.carry_out(lorries)
    out = {name: await world.store.people.by_name(name) for name in (ONLY, BOTH)}
    only, both = out[ONLY], out[BOTH]
    assert only
    assert both
    left_out = f"{both.user.id}, {group.id}"
    await world.store.commit(
        AddToGroup(group_id=group.id, user_id=only.user.id),
        SetPolicy(policy=replace(PUSH, nudge_excluded=left_out)),
    )
    page = await kim.open(f"{CAMPAIGN}?whom=everybody")
    assert "Have nothing but phones 0 Have another method, which is weaker 1" in page.text
    assert "not in the list below. 2" in page.text
    assert ONLY not in page.text
    assert BOTH not in page.text
    answer = await kim.send(f"{CAMPAIGN}/export", whom="everybody")
    assert [row[1] for row in rows(answer.html)] == ["userPrincipalName", KIM]
    page = await kim.open(f"{WITHOUT}?way=sms&way=voiceMobile")
    assert ONLY in page.text, "a way that is switched off is switched off for them too"


async def test_who_is_left_is_a_file_too_and_the_log_says_so(world: World, kim: Visitor) -> None:
    await kim.open(f"{CAMPAIGN}?whom=everybody")
    answer = await kim.send(f"{CAMPAIGN}/export", whom="everybody")
    names = [row[1] for row in rows(answer.html)]
    assert names == ["userPrincipalName", BOTH, KIM, ONLY]
    wanted = Wanted(words=frozenset({"peopleListed"}))
    (entry,) = (await world.store.log.page(wanted, before=None, most=9)).entries
    assert entry.event == PeopleListed(list_of="campaign", people=3)
    world.later(minutes=6)
    await kim.open(CAMPAIGN)
    assert "/security-info/verify" in (await kim.send(f"{CAMPAIGN}/export", whom="x")).path
    assert (await kim.open(f"{CAMPAIGN}/export")).path == CAMPAIGN


async def test_what_if_texts_and_calls_went_counts_and_names_people(
    world: World, kim: Visitor
) -> None:
    page = await kim.open(WITHOUT)
    assert "has no other method" not in page.text
    page = await kim.open(f"{WITHOUT}?way=sms&way=voiceMobile&on=2026-12-31")
    assert "1 person has no other method" in page.text
    assert ONLY in page.text
    assert BOTH not in page.text
    answer = await kim.send(f"{WITHOUT}/export")
    assert [row[1] for row in rows(answer.html)] == ["userPrincipalName", ONLY]
    assert (await kim.open(f"{WITHOUT}/export")).path == WITHOUT


async def test_what_if_begins_with_the_ways_that_end_and_their_day(
    world: World, kim: Visitor
) -> None:
    page = await kim.open(WITHOUT)
    assert 'value="voiceOffice" checked' in page.html, "phones, where none ends"
    assert page.form(WITHOUT).fields["on"] == ""
    ends = Policy(ending_ways=frozenset({Way("sms"), Way("voiceMobile")}), ways_end_on="2026-12-31")
    await world.store.commit(SetPolicy(policy=ends))
    page = await kim.open(WITHOUT)
    assert re.findall(r'value="(\w+)" checked', page.html) == ["sms", "voiceMobile"]
    assert page.form(WITHOUT).fields["on"] == "2026-12-31"
    assert "has no other method" not in page.text, "nothing is counted before it is asked for"
    page = await kim.open(f"{WITHOUT}?way=sms&way=voiceMobile&on=2026-12-31")
    assert "1 person has no other method" in page.text
    answer = await kim.send(f"{WITHOUT}/export")
    assert [row[1] for row in rows(answer.html)] == ["userPrincipalName", ONLY]
    page = await kim.open(f"{WITHOUT}?way=oath&on=")
    assert re.findall(r'value="(\w+)" checked', page.html) == ["oath"]
    assert page.form(WITHOUT).fields["on"] == "", "as asked for"
    world.later(days=60)
    page = await kim.open("/signin")
    await to_admin(kim, world, await administrator(world, "ada.quist@contoso.test"))
    page = await kim.open(WITHOUT)
    assert page.form(WITHOUT).fields["on"] == "", "a day that is over is none to ask for"


@pytest.mark.parametrize("day", ["soon", "2020-01-01", "2026-13-01"])
async def test_a_day_that_is_none_or_over_is_refused(kim: Visitor, day: str) -> None:
    page = await kim.open(f"{WITHOUT}?way=sms&on={day}")
    assert page.status == 400
    assert "Type a day that is not over" in page.text


async def test_without_ways_there_is_no_file(kim: Visitor) -> None:
    await kim.open(f"{WITHOUT}?way=sms")
    page = await kim.send(f"{WITHOUT}/export", ways="nothing")
    assert page.path == WITHOUT


async def test_pages_go_on_by_user_name(
    world: World, kim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.admin.lists.MOST", 1)
    page = await kim.open(f"{CAMPAIGN}?whom=everybody")
    seen = [page.text]
    for _ in range(2):
        address = f"{CAMPAIGN}?whom=everybody&after="
        page = await kim.open(address + page.html.split("after=")[1].split('"')[0])
        seen.append(page.text)
    for name, text in zip((BOTH, KIM, ONLY), seen, strict=True):
        assert f"{name} " in text.replace("\u200b", "")
    assert "Next page" not in seen[-1]
    monkeypatch.setattr("proofup.admin.lists.MOST_EXPORTED", 2)
    answer = await kim.send(f"{CAMPAIGN}/export", whom="everybody")
    assert len(rows(answer.html)) == 3


async def test_the_help_desk_sees_neither_page(world: World, visitor: Visitor) -> None:
    desk = await administrator(world, "desk@contoso.test", HELP_DESK_MFA)
    await to_admin(visitor, world, desk)
    assert (await visitor.open(CAMPAIGN)).status == 404
    assert (await visitor.open(WITHOUT)).status == 404
