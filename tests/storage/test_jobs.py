"""Jobs and the people in them, on both engines."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.administration.job import (
    KEPT,
    AddItems,
    Because,
    CheckItem,
    Item,
    ItemSettledError,
    ItemState,
    Job,
    JobEndedError,
    JobId,
    JobState,
    MoveJob,
    NoteItem,
    NotePlace,
    OpenJob,
    RequireJob,
    SettleItem,
    Source,
)
from proofup.administration.kept_methods import KeepMethods, TakeKept
from proofup.directory.search import Filters
from proofup.policy.actor import host
from proofup.storage.statements import ROWS_AT_ONCE
from proofup.storage.store import Store
from proofup.values.errors import AlreadySpentError, StaleError
from proofup.values.ids import CorrelationId
from proofup.values.ways import Way
from storage.samples import ROBIN, START, method, user

pytestmark = pytest.mark.anyio
JOB = Job(
    id=JobId("0190a"),
    act="reset-methods",
    wishes={},
    reason="Lost",
    actor=host("jobs start", CorrelationId("c")),
    started_at=START,
)
FIRST = Item(number=2, name="robin", user_id=ROBIN)
RUNNING, PREPARING = JobState.RUNNING, JobState.PREPARING


def moved(was: JobState, now: JobState) -> MoveJob:
    return MoveJob(job_id=JOB.id, was=frozenset({was}), now=now, at=START)


async def test_a_job_is_as_it_was_moved_and_the_newest_comes_first(store: Store) -> None:
    assert await store.jobs.by_id(JOB.id) is None
    later = replace(JOB, id=JobId("0190b"), wishes={"state": "enabled"})
    await store.commit(OpenJob(job=JOB), OpenJob(job=later))
    assert await store.jobs.newest(most=5) == [later, JOB]
    await store.commit(moved(PREPARING, RUNNING), RequireJob(job_id=JOB.id, state=RUNNING))
    assert await store.jobs.by_id(JOB.id) == replace(JOB, state=RUNNING)
    with pytest.raises(JobEndedError):
        await store.commit(moved(PREPARING, RUNNING))
    await store.commit(moved(RUNNING, JobState.FINISHED))
    finished = replace(JOB, state=JobState.FINISHED, finished_at=START)
    assert await store.jobs.by_id(JOB.id) == finished
    with pytest.raises(JobEndedError):
        await store.commit(RequireJob(job_id=JOB.id, state=RUNNING))
    with pytest.raises(JobEndedError) as unknown:
        await store.commit(RequireJob(job_id=JobId("0190c"), state=RUNNING))
    assert unknown.value.state is None


async def test_of_everybody_in_a_job_it_is_known_once_what_became_of_them(store: Store) -> None:
    await store.commit(user(), OpenJob(job=JOB))
    again = replace(FIRST, number=3)
    others = [
        Item(number=number, name="x", state=ItemState.FAILED, because=Because.UNKNOWN)
        for number in range(4, 4 + ROWS_AT_ONCE)
    ]
    await store.commit(AddItems(job=JOB, items=[FIRST, again, *others]))
    waiting = await store.job_items.page(JOB.id, ItemState.WAITING, after=0, most=5)
    assert waiting == [FIRST]
    failed = await store.job_items.page(JOB.id, ItemState.FAILED, after=0, most=1)
    assert (failed[0].number, failed[0].because) == (3, Because.TWICE)
    assert len(await store.job_items.page(JOB.id, ItemState.FAILED, after=3, most=99)) == 50
    done = replace(FIRST, state=ItemState.DONE, lines=("phone",))
    settle = SettleItem(job_id=JOB.id, was=ItemState.WAITING, item=done)
    await store.commit(settle)
    with pytest.raises(ItemSettledError):
        await store.commit(settle)
    assert await store.job_items.page(JOB.id, ItemState.DONE, after=0, most=5) == [done]
    counts = await store.job_items.counts(JOB.id)
    assert [counts[state] for state in ItemState] == [0, 1, 51, 0]
    await store.cleanup(START + KEPT)
    assert await store.job_items.page(JOB.id, ItemState.DONE, after=0, most=5) == []
    assert await store.jobs.by_id(JOB.id) is None


async def test_methods_are_kept_until_they_are_taken_or_their_time_is_over(store: Store) -> None:
    methods = [method("m-1"), method("m-2", slot="phone.office")]
    until = START + timedelta(hours=1)
    keep = KeepMethods(
        job_id=JOB.id,
        number=2,
        user_id=ROBIN,
        default_way=Way("sms"),
        methods=methods,
        until=until,
    )
    take = TakeKept(job_id=JOB.id, number=2)
    await store.commit(user(), keep)
    (kept,) = await store.kept_methods.of_job(JOB.id, after=0, most=5, at=START)
    assert (kept.methods, kept.default_way, kept.epoch) == (methods, Way("sms"), 0)
    assert await store.kept_methods.of_job(JOB.id, after=2, most=5, at=START) == []
    assert await store.kept_methods.of_job(JOB.id, after=0, most=5, at=until) == []
    await store.commit(take)
    with pytest.raises(AlreadySpentError):
        await store.commit(take)
    await store.commit(keep)
    await store.cleanup(until)
    with pytest.raises(AlreadySpentError):
        await store.commit(take)


async def test_of_two_who_look_for_work_one_gets_the_lease_until_it_ends(store: Store) -> None:
    later = START + timedelta(seconds=15)
    await store.commit(OpenJob(job=JOB))
    assert await store.jobs.claim("a", until=later, at=START) is None, "it is only prepared"
    await store.commit(moved(PREPARING, RUNNING))
    running = replace(JOB, state=RUNNING)
    assert await store.jobs.claim("a", until=later, at=START) == running
    assert await store.jobs.claim("b", until=later, at=START) is None
    assert not await store.jobs.lease(JOB.id, "b", until=later, at=START)
    assert await store.jobs.lease(JOB.id, "a", until=later, at=START)
    assert await store.jobs.claim("b", until=later, at=later) == running
    assert not await store.jobs.lease(JOB.id, "a", until=later, at=START)
    assert await store.jobs.lease(JOB.id, "a", until=later, at=START, take_over=True)
    await store.commit(moved(RUNNING, JobState.FINISHED))
    assert await store.jobs.claim("b", until=later, at=later) is None, "nothing is left to do"


async def test_many_who_look_at_once_get_one_lease(store: Store) -> None:
    until = START + timedelta(seconds=15)
    await store.commit(OpenJob(job=JOB), moved(PREPARING, RUNNING))
    claims = [store.jobs.claim(str(number), until=until, at=START) for number in range(8)]
    assert sum(one is not None for one in await asyncio.gather(*claims)) == 1


async def test_the_place_of_a_job_moves_for_one_run_and_begins_anew_in_each_state(
    store: Store,
) -> None:
    source = Source(begins="rob", filters=Filters(held=True))
    filling = replace(JOB, state=JobState.FILLING, source=source)
    await store.commit(OpenJob(job=filling))
    assert await store.jobs.by_id(JOB.id) == filling
    await store.commit(NotePlace(job_id=JOB.id, was="", place="1"))
    with pytest.raises(StaleError):
        await store.commit(NotePlace(job_id=JOB.id, was="", place="2"))
    assert await store.jobs.by_id(JOB.id) == replace(filling, place="1")
    await store.commit(moved(JobState.FILLING, JobState.CHECKING))
    checking = replace(filling, state=JobState.CHECKING)
    assert await store.jobs.by_id(JOB.id) == checking
    move = moved(JobState.CHECKING, JobState.UNDOING)
    await store.commit(replace(move, undone_by=JOB.actor))
    await store.commit(moved(JobState.UNDOING, JobState.UNDONE))
    found = await store.jobs.by_id(JOB.id)
    assert found
    assert (found.undone_by, found.finished_at) == (JOB.actor, START)


async def test_what_would_become_of_somebody_is_stored_while_they_wait(store: Store) -> None:
    named = [Item(number=number, name=f"name {number}") for number in (1, 2, 3, 4)]
    await store.commit(user(), OpenJob(job=JOB), AddItems(job=JOB, items=named))

    def check(number: int, **more: object) -> CheckItem:
        item = replace(named[number - 1], user_id=ROBIN, lines=("phone",))
        return CheckItem(job_id=JOB.id, item=replace(item, **more))

    failed = {"user_id": None, "state": ItemState.FAILED, "because": Because.UNKNOWN, "lines": ()}
    await store.commit(check(1), check(2), check(3, **failed))
    await store.commit(check(1, lines=("phone", "app")), check(3))
    found = await store.job_items.all(JOB.id, after=0, most=9)
    assert [(one.state, one.because, one.lines) for one in found] == [
        (ItemState.WAITING, None, ("phone", "app")),
        (ItemState.FAILED, Because.TWICE, ()),
        (ItemState.FAILED, Because.UNKNOWN, ()),
        (ItemState.WAITING, None, ()),
    ]
    done = replace(found[0], state=ItemState.DONE)
    await store.commit(SettleItem(job_id=JOB.id, was=ItemState.WAITING, item=done))
    for number in (1, 4):
        await store.commit(NoteItem(job_id=JOB.id, number=number, because=Because.SLOT_TAKEN))
    found = await store.job_items.all(JOB.id, after=0, most=9)
    assert [one.because for one in (found[0], found[3])] == [Because.SLOT_TAKEN, None]
    assert await store.job_items.all(JOB.id, after=3, most=1) == [found[3]]
    assert await store.jobs.newest(before=JOB.id, most=9) == []
