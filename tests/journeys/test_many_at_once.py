"""One act for many: chosen on a page, shown before it is done, done in the background, undone."""

import csv
import io

import pytest
from msgspec.structs import replace

from journeys.administrators import administrator, to_admin
from journeys.steps import PHONE, ROBIN, to_challenge
from proofup.administration.job import ItemState, JobState, SettleItem
from proofup.cli.job_worker import JobWorker
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import AddUser, MfaState
from proofup.policy.roles import (
    AUTHENTICATION_ADMINISTRATOR,
    DIRECTORY_READERS,
    HELP_DESK_MFA,
    SECURITY_READER,
)
from proofup.values.ids import UserId
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
NEW = "/admin/jobs/new"
OTHER = "+44 7700 900068"
EVIL = "=HYPERLINK(1)<script>\u202e"


async def asked(visitor: Visitor, address: str = NEW, **typed: str) -> Page:
    """Say what is to be done, and why."""
    page = await visitor.open(address)
    fields = {"act": "reset-methods", "reason": "Stolen lorry", "state": "enforced", **typed}
    return await visitor.post(NEW, {**page.form(NEW).fields, **fields})


async def pressed(visitor: Visitor, page: Page, step: str) -> Page:
    return await visitor.post(page.path, {**page.form(page.path).fields, "step": step})


async def carried_on(world: World) -> None:
    """Let a server carry on whatever is at work."""
    while await JobWorker(world.administration, lambda: world.now, "server").look():
        pass


@pytest.mark.both_engines
async def test_those_who_are_ticked_are_shown_with_what_they_would_lose_then_done_then_undone(
    world: World, visitor: Visitor
) -> None:
    desk = await administrator(world, "desk@contoso.test", HELP_DESK_MFA)
    robin, sam = await world.person(phone=PHONE), await world.person("sam@contoso.test")
    page = await to_admin(visitor, world, desk)
    assert "Do something to those ticked" in page.text
    page = await asked(
        visitor, f"{NEW}?who=picked&user={robin.user.id}&user={sam.user.id}&user={desk.user.id}"
    )
    assert "What would be done is being checked" in page.text
    assert "Not checked yet" in page.text
    assert "every 2s" in page.html
    await carried_on(world)
    page = await visitor.open(page.path)
    assert "Nothing is done yet" in page.text
    assert "Phone +XX XXXXXXXX67" in page.text
    assert "Sessions only" in page.text
    assert "You are left out of your own job" in page.text
    assert "Start for 2 users" in page.text
    assert (await world.target(robin.user.id)).held
    page = await pressed(visitor, page, "run")
    assert "The job is running" in page.text
    await carried_on(world)
    page = await visitor.open(page.path)
    assert "The job is finished" in page.text
    assert not (await world.target(robin.user.id)).held
    assert "They can be put back until" in page.text
    page = await pressed(visitor, page, "undo")
    await carried_on(world)
    page = await visitor.open(page.path)
    assert "The job was undone" in page.text
    assert "Put back" in page.text
    assert (await world.target(robin.user.id)).held


async def test_all_whom_a_filter_finds_are_found_in_the_background(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world, role=AUTHENTICATION_ADMINISTRATOR)
    robin = await world.person(phone=PHONE)
    boss = await world.person("boss@contoso.test", phone=OTHER)
    await world.store.commit(AssignRole(user_id=boss.user.id, role=GLOBAL_ADMINISTRATOR))
    await world.person("sam@contoso.test", mail=None)
    await to_admin(visitor, world, kim)
    page = await visitor.open("/admin/users?only=only-phone")
    assert "Do something to all who match" in page.text
    page = await visitor.open(f"{NEW}?who=all&only=only-phone")
    assert "Everybody who matches this search" in page.text
    page = await asked(visitor, f"{NEW}?who=all&only=only-phone", act="set-mfa-state")
    assert "Users are being found" in page.text
    await carried_on(world)
    page = await visitor.open(page.path)
    assert "Start for 1 user" in page.text
    assert "none on whom your roles may act" in page.text
    assert "sam@contoso.test" not in page.text
    await pressed(visitor, page, "run")
    await carried_on(world)
    state = (await world.target(robin.user.id)).person.account.mfa_state
    assert state is MfaState.ENFORCED
    page = await visitor.open(page.path)
    assert "put back" not in page.text, "a state is not kept"
    page = await visitor.open(f"{NEW}?who=all")
    assert "that is every user" in page.text


async def test_names_that_are_pasted_may_be_a_csv_and_failures_can_be_saved(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    names = f"Place;Username\r\nNorth;{robin.user.user_principal_name}\r\n\r\nSouth;=nobody\r\nx"
    page = await asked(visitor, names=names)
    await carried_on(world)
    job = await visitor.open(page.path)
    assert "Start for 1 user" in job.text
    page = await visitor.open(f"{job.path}?only=failed&after=2")
    assert "=nobody" in page.text
    assert robin.user.user_principal_name not in page.text
    answer = await visitor.http.get(f"{job.path}/failures")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows == [
        ["line", "userName", "because"],
        ["4", "'=nobody", "unknown"],
        ["5", "x", "unreadable"],
    ]
    page = await asked(visitor, names="\n\n")
    assert page.status == 400
    assert "at least one user name" in page.text
    page = await asked(visitor, names="robin", reason=" ")
    assert page.status == 400
    assert "Type a reason" in page.text
    for wrong in ({"act": "nonsense"}, {"act": "set-mfa-state", "state": "maybe"}):
        assert (await asked(visitor, names="robin", **wrong)).status == 400
    page = await visitor.open(f"{NEW}?who=picked")
    assert "Tick at least one person" in page.text


@pytest.mark.both_engines
async def test_a_job_for_everybody_who_is_paused_leaves_out_who_may_answer_again(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    desk = await administrator(world, "desk@contoso.test", HELP_DESK_MFA)
    sam = await world.person("sam@contoso.test", phone="+44 7700 900068", mail=None)
    await world.person(phone=PHONE)
    for name, hours in (("sam@contoso.test", 2), (ROBIN, 0)):
        for _ in range(2):
            await to_challenge(another_visitor, name=name)
            world.later(minutes=1)
            for _ in range(5):
                await another_visitor.send("/signin/challenge", code="000000")
        world.later(hours=hours)
    await to_admin(visitor, world, desk)
    page = await asked(visitor, f"{NEW}?who=all&only=paused")
    await carried_on(world)
    page = await visitor.open(page.path)
    assert "Start for 1 user" in page.text, page.text
    assert ROBIN in page.text
    assert sam.user.user_principal_name not in page.text


async def test_a_job_is_seen_by_whoever_asked_for_it_and_by_readers_of_the_log(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    desk = await administrator(world, "desk@contoso.test", HELP_DESK_MFA)
    other = await administrator(world, "other@contoso.test", HELP_DESK_MFA)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, desk)
    job = await asked(visitor, f"{NEW}?who=picked&user={robin.user.id}")
    await carried_on(world)
    assert "Require re-register MFA" in (await visitor.open("/admin/jobs")).text
    await to_admin(another_visitor, world, other)
    page = await another_visitor.open("/admin/jobs")
    assert "No job yet" in page.text
    for path in (job.path, f"{job.path}/progress", f"{job.path}/failures"):
        assert (await another_visitor.open(path)).path == "/admin/jobs"
    own = await asked(another_visitor, names="nobody")
    fields = {**own.form(own.path).fields, "step": "run"}
    page = await another_visitor.post(job.path, fields)
    assert page.status == 403, "the mark of a form is for one address"
    page = await pressed(another_visitor, await another_visitor.open(own.path), "stop")
    assert "The job was stopped" in page.text


async def test_a_reader_of_the_log_looks_and_starts_stops_and_undoes_nothing(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    desk = await administrator(world, "desk@contoso.test", HELP_DESK_MFA)
    reader = await administrator(world, "reader@contoso.test", SECURITY_READER)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, desk)
    job = await asked(visitor, f"{NEW}?who=picked&user={robin.user.id}")
    await carried_on(world)
    await to_admin(another_visitor, world, reader)
    page = await another_visitor.open("/admin/jobs")
    assert "New job" not in page.text
    assert (await another_visitor.open(NEW)).status == 404
    page = await another_visitor.open(job.path)
    assert "Phone +XX XXXXXXXX67" in page.text
    assert "Start for" not in page.text
    assert "Discard" not in page.text
    for step in ("run", "stop", "undo"):
        page = await another_visitor.open(job.path)
        assert (await pressed(another_visitor, page, step)).status == 403
    assert (await pressed(another_visitor, await another_visitor.open(job.path), "x")).status == 400
    found = await world.store.jobs.by_id(job.path.rpartition("/")[2])
    assert found
    assert found.state is JobState.READY


async def test_somebody_whose_role_does_nothing_to_many_finds_no_such_page(
    world: World, visitor: Visitor
) -> None:
    reader = await administrator(world, "reader@contoso.test", DIRECTORY_READERS)
    page = await to_admin(visitor, world, reader)
    assert "Many at once" not in page.text
    assert "Do something" not in page.text
    for path in ("/admin/jobs", NEW):
        assert (await visitor.open(path)).status == 404


async def test_progress_is_a_part_of_the_page_until_nothing_goes_on(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin, sam = await world.person(phone=PHONE), await world.person("sam@contoso.test")
    await to_admin(visitor, world, kim)
    page = await asked(visitor, f"{NEW}?who=picked&user={robin.user.id}&user={sam.user.id}")
    await carried_on(world)
    job = await pressed(visitor, await visitor.open(page.path), "run")
    stored = await world.store.jobs.by_id(job.path.rpartition("/")[2])
    assert stored
    part = await visitor.http.get(f"{job.path}/progress")
    assert "<html" not in part.text
    assert 'value="0"' in part.text
    (first, *_) = await world.store.job_items.all(stored.id, after=0, most=1)
    done = replace(first, state=ItemState.DONE)
    await world.store.commit(SettleItem(job_id=stored.id, was=ItemState.WAITING, item=done))
    part = await visitor.http.get(f"{job.path}/progress")
    assert 'value="1"' in part.text
    await carried_on(world)
    assert (await visitor.open(f"{job.path}/progress")).path == job.path
    page = await pressed(visitor, job, "run")
    assert "Somebody was faster" in page.text
    page = await visitor.open("/admin/jobs?before=0")
    assert "No job yet" in page.text
    assert (await visitor.open("/admin/jobs/0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d47")).path == (
        "/admin/jobs"
    )


async def test_the_list_is_paged_and_looks_past_jobs_of_others(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.admin.jobs.MOST_JOBS", 2)
    monkeypatch.setattr("proofup.admin.jobs.MOST_LOOKED_AT", 3)
    kim = await administrator(world)
    await to_admin(visitor, world, kim)
    for number in range(4):
        await asked(visitor, names="nobody", reason=f"reason {number}")
        world.later(seconds=1)
    page = await visitor.open("/admin/jobs")
    assert "reason 3" in page.text
    assert "reason 1" not in page.text
    (link,) = [one for one in page.html.split('"') if one.startswith("/admin/jobs?before=")]
    page = await visitor.open(link)
    assert "reason 1" in page.text
    assert "reason 0" in page.text


async def test_a_name_full_of_markup_and_formulas_stays_inert_in_a_job(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    evil = replace(robin.user, id=UserId("0b1d3b7e-6d6f-4a9a-8f51-0f6f3c1c9a11"))
    evil = replace(evil, user_principal_name="evil@contoso.test", display_name=EVIL)
    account = replace(robin.account, user_id=evil.id)
    await world.store.commit(AddUser(user=evil, account=account))
    await to_admin(visitor, world, kim)
    page = await visitor.open(f"{NEW}?who=picked&user={evil.id}")
    assert "<script>\u202e" not in page.html
    page = await asked(visitor, names=EVIL, reason=EVIL[:20])
    await carried_on(world)
    for path in (page.path, "/admin/jobs"):
        assert "1)<script>" not in (await visitor.open(path)).html
    answer = await visitor.http.get(f"{page.path}/failures")
    assert "\"'=HYPERLINK" in answer.text
