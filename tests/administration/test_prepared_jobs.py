"""A job that is shown before it runs, and that whoever carries jobs on takes up."""

import pytest
from msgspec.structs import replace

from administration.conftest import Administrator
from administration.test_jobs import KIM, NOOR, RESET, ROBIN, failures, held, people, start, stored
from proofup.administration.job import (
    Because,
    Item,
    ItemState,
    Job,
    JobEndedError,
    JobState,
    Source,
)
from proofup.administration.jobs import preparing
from proofup.administration.jobs.preparing import let_run, opened_for, stopped, to_be_checked
from proofup.administration.jobs.starting import filled, opened, proposed
from proofup.administration.jobs.undoing import undo_begun
from proofup.administration.jobs.working import piece
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole, RemoveRole
from proofup.directory.search import Filters, Holding
from proofup.policy.actor import Actor
from proofup.policy.permissions import FRESH_FOR
from proofup.policy.proofs import NotFreshError
from proofup.values.errors import NotPermittedError, StaleError
from world import World

pytestmark = pytest.mark.anyio


async def to_end(world: World, job: Job) -> Job:
    """Carry a job on until nothing is left to do by itself."""
    for _ in range(99):
        job = await stored(world, job)
        place: str | None = job.place or ""
        while place is not None:
            try:
                place = await piece(world.administration, job, place, at=world.now)
            except JobEndedError:
                return job
    raise AssertionError


async def items(world: World, job: Job) -> list[Item]:
    return list(await world.store.job_items.all(job.id, after=0, most=999))


async def prepared(world: World, actor: Actor, source: Source, act: str = RESET) -> Job:
    job = proposed(world.administration, actor, act, {}, "Stolen lorry", at=world.now)
    return await world.carry_out(opened_for(job, source))


@pytest.mark.both_engines
async def test_ADM_04_everybody_whom_a_filter_finds_is_shown_with_what_they_would_lose(
    world: World, administrator: Administrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "PAGE", 2)
    monkeypatch.setattr(preparing, "BATCH", 2)
    ids = await people(world)
    actor, ada = await administrator()
    job = await prepared(world, actor, Source(begins="", filters=Filters()))
    job = await to_end(world, job)
    assert job.state is JobState.READY
    found = {one.name: (one.state, list(one.lines), one.because) for one in await items(world, job)}
    assert found == {
        ROBIN: (ItemState.WAITING, ["phone +XX XXXXXXXX67"], None),
        KIM: (ItemState.WAITING, ["phone +XX XXXXXXXX68"], None),
        NOOR: (ItemState.WAITING, [], None),
        ada.user.user_principal_name: (ItemState.FAILED, [], Because.ONESELF),
    }
    assert await held(world, ids[ROBIN]), "nothing is done"
    await world.carry_out(let_run(actor, job, at=world.now))
    job = await to_end(world, job)
    assert job.state is JobState.FINISHED
    assert not await held(world, ids[ROBIN])
    await world.carry_out(undo_begun(actor, job, at=world.now))
    job = await to_end(world, job)
    assert (job.state, job.undone_by and job.undone_by.id) == (JobState.UNDONE, actor.id)
    assert await held(world, ids[ROBIN])


async def test_names_are_looked_for_when_the_job_is_checked_and_each_counts_once(
    world: World, administrator: Administrator
) -> None:
    ids = await people(world)
    actor, _ = await administrator()
    await world.store.commit(AssignRole(user_id=ids[KIM], role=GLOBAL_ADMINISTRATOR))
    job = proposed(world.administration, actor, RESET, {}, "Why", at=world.now)
    names = [ROBIN, "nobody@contoso.test", ids[ROBIN], NOOR]
    named = [Item(number=number, name=name) for number, name in enumerate(names, 1)]
    await world.carry_out(opened(job))
    await world.carry_out(filled(job, named))
    await world.carry_out(to_be_checked(job, at=world.now))
    await to_end(world, job)
    assert await failures(world, job) == {
        "nobody@contoso.test": Because.UNKNOWN,
        ids[ROBIN]: Because.TWICE,
    }


async def test_a_run_that_is_cut_off_goes_on_from_the_place_it_has_stored(
    world: World, administrator: Administrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "PAGE", 1)
    await people(world)
    actor, _ = await administrator()
    filters = Filters(holding=Holding.RESTRICTED)
    job = await prepared(world, actor, Source(begins="", filters=filters))
    place = await piece(world.administration, job, "", at=world.now)
    assert place
    with pytest.raises(StaleError):
        await piece(world.administration, job, "", at=world.now)
    assert (await stored(world, job)).place == place
    await to_end(world, job)
    assert [one.name for one in await items(world, job)] == [KIM, ROBIN]


async def test_only_whoever_asked_for_a_job_lets_it_run_with_a_fresh_proof_and_the_right(
    world: World, administrator: Administrator
) -> None:
    ids = await people(world)
    actor, ada = await administrator()
    job = await prepared(world, actor, Source(begins=ROBIN, filters=Filters()))
    job = await to_end(world, job)
    for other in (replace(actor, id=ids[KIM]), replace(actor, roles=frozenset())):
        with pytest.raises(NotPermittedError):
            let_run(other, job, at=world.now)
    with pytest.raises(NotFreshError):
        let_run(actor, job, at=world.now + FRESH_FOR)
    await world.carry_out(let_run(actor, job, at=world.now))
    with pytest.raises(JobEndedError):
        await world.carry_out(let_run(actor, job, at=world.now))
    await world.store.commit(RemoveRole(user_id=ada.user.id, role=GLOBAL_ADMINISTRATOR))
    job = await to_end(world, job)
    assert job.state is JobState.FINISHED
    assert await failures(world, job) == {ROBIN: Because.UNKNOWN}


async def test_a_job_that_is_stopped_leaves_whoever_waits_and_can_be_undone(
    world: World, administrator: Administrator
) -> None:
    ids = await people(world)
    actor, _ = await administrator()
    job = await start(world, [ROBIN, KIM], actor=actor)
    await world.carry_out(stopped(actor, job, at=world.now))
    job = await to_end(world, job)
    assert job.state is JobState.STOPPED
    assert await held(world, ids[ROBIN])
    with pytest.raises(JobEndedError):
        await world.carry_out(stopped(actor, job, at=world.now))
    await world.carry_out(undo_begun(actor, job, at=world.now))
    assert (await to_end(world, job)).state is JobState.UNDONE


async def test_a_job_that_says_nobody_has_nothing_to_look_for(world: World) -> None:
    await people(world)
    job = await start(world, [ROBIN])
    with pytest.raises(JobEndedError):
        await piece(world.administration, replace(job, state=JobState.FILLING), "", at=world.now)
