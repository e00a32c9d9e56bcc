"""A server carries jobs on, one at a time; others take over where it was cut off."""

import asyncio

import pytest
from msgspec.structs import replace

from administration.test_jobs import PHONES, ROBIN, held, people, start, stored
from proofup.administration.job import Jobs, JobState
from proofup.administration.jobs import running
from proofup.administration.jobs.preparing import stopped
from proofup.cli.job_lease import LEASE
from proofup.cli.job_worker import JobWorker
from proofup.values.changes import Change
from proofup.values.errors import StoreBusyError
from world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]


def worker(world: World, name: str = "a") -> JobWorker:
    return JobWorker(world.administration, lambda: world.now, name)


async def test_a_job_is_taken_up_and_carried_to_its_end(world: World) -> None:
    ids = await people(world)
    assert not await worker(world).look()
    job = await start(world)
    assert await worker(world).look()
    assert (await stored(world, job)).state is JobState.FINISHED
    assert not await held(world, ids[ROBIN])
    assert not await worker(world).look()


async def test_two_workers_never_do_a_person_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    ids = [
        (await world.person(f"p{number}@contoso.test", phone="+44 7700 900067")).user.id
        for number in range(9)
    ]
    jobs = [await start(world, ids), await start(world, ids[:1])]
    for job in jobs:  # as if each had been cut off, and the lease is over
        assert await world.store.jobs.lease(job.id, "dead", until=world.now, at=world.now)
    workers = [worker(world, name) for name in ("a", "b", "c")]
    await asyncio.gather(*(one.look() for one in workers))
    while await worker(world).look():
        pass
    targets = [await world.target(one) for one in ids]
    assert [one.person.account.epoch for one in targets] == [2, *[1] * 8]
    assert [len(one.held) for one in targets] == [0] * 9
    for one in jobs:
        assert (await stored(world, one)).state is JobState.FINISHED


async def test_what_was_cut_off_is_taken_up_once_its_lease_is_over(world: World) -> None:
    ids = await people(world)
    job = await start(world, list(PHONES))
    busy = replace(world.administration.room, commit=_no_writes)
    cut_off = JobWorker(replace(world.administration, room=busy), lambda: world.now, "a")
    assert not await cut_off.look()
    assert not await worker(world, "b").look()
    world.now += LEASE
    assert await worker(world, "b").look()
    assert not await held(world, ids[ROBIN])
    assert (await stored(world, job)).state is JobState.FINISHED


class Overtaken:
    """Jobs whose lease another process takes as soon as it is taken here."""

    def __init__(self, jobs: Jobs) -> None:
        self.claim = jobs.claim

    async def lease(self, *_: object, **__: object) -> bool:
        return False


async def test_a_worker_that_has_lost_its_lease_leaves_the_job_to_the_other(world: World) -> None:
    ids = await people(world)
    job = await start(world, list(PHONES))
    ports = replace(world.administration, jobs=Overtaken(world.store.jobs))
    assert await JobWorker(ports, lambda: world.later(seconds=10), "a").look()
    assert await held(world, ids[ROBIN])
    assert (await stored(world, job)).state is JobState.RUNNING


async def test_a_job_that_somebody_stops_is_left_alone(world: World) -> None:
    ids = await people(world)
    job = await start(world, list(PHONES))

    async def stops(*changes: Change) -> None:
        await world.store.commit(*stopped(world.host, job, at=world.now).changes)
        await world.store.commit(*changes)

    room = replace(world.administration.room, commit=stops)
    ports = replace(world.administration, room=room)
    assert await JobWorker(ports, lambda: world.now, "a").look()
    assert await held(world, ids[ROBIN])
    assert (await stored(world, job)).state is JobState.STOPPED


async def _no_writes(*_: Change) -> None:
    raise StoreBusyError
