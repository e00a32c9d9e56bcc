"""Jobs and the people in them, on both engines."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.administration.job import (
    KEPT,
    AddItems,
    Because,
    Item,
    ItemSettledError,
    ItemState,
    Job,
    JobEndedError,
    JobId,
    JobState,
    MoveJob,
    OpenJob,
    RequireJob,
    SettleItem,
)
from proofup.administration.kept_methods import KeepMethods, TakeKept
from proofup.policy.actor import host
from proofup.storage.statements import ROWS_AT_ONCE
from proofup.storage.store import Store
from proofup.values.errors import AlreadySpentError
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
