"""One act for many people, carried on whatever happens, and undone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from msgspec.structs import replace

from administration.conftest import Administrator, actor_of
from proofup.administration.job import (
    Because,
    Item,
    ItemState,
    Job,
    JobEndedError,
    JobState,
    SettleItem,
)
from proofup.administration.jobs import running
from proofup.administration.jobs.running import carry_on, finished, planned
from proofup.administration.jobs.starting import (
    BadWishError,
    UnknownActError,
    called,
    filled,
    opened,
    proposed,
    started,
)
from proofup.administration.jobs.undoing import undo_begun, undo_on
from proofup.administration.ports import Ports
from proofup.administration.reason import InvalidReasonError
from proofup.directory.app_passwords import AddAppPassword, AppPassword, Digest
from proofup.directory.devices import RememberDevice
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole, RemoveRole
from proofup.directory.users import MfaState, RaiseEpoch, SetDefaultWay, SetEnabled
from proofup.methods.registered_methods import AddMethod, RegisteredMethod
from proofup.policy.actor import Actor
from proofup.policy.permissions import FRESH_FOR, Permission
from proofup.policy.proofs import NotFreshError
from proofup.policy.roles import HELP_DESK_MFA
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.changes import Change
from proofup.values.errors import NotPermittedError
from proofup.values.ids import AppPasswordId, UserId
from proofup.values.messages import Mail
from proofup.values.ways import Way
from storage.samples import device
from world import HOME, World

pytestmark = pytest.mark.anyio
ROBIN, KIM, NOOR = "robin.ashby@contoso.test", "kim.larsen@contoso.test", "lou@contoso.test"
PHONES = {ROBIN: "+44 7700 900067", KIM: "+44 7700 900068"}
RESET = "reset-methods"


async def people(world: World) -> dict[str, UserId]:
    """Add Robin and Kim with a phone each, and Noor without a method."""
    numbers = {**PHONES, NOOR: None}
    return {
        name: (await world.person(name, phone=phone)).user.id for name, phone in numbers.items()
    }


async def start(
    world: World,
    names: Sequence[str] = (ROBIN, KIM, NOOR),
    *,
    actor: Actor | None = None,
    act: str = RESET,
    **wishes: str,
) -> Job:
    ports, by = world.administration, actor or world.host
    job = proposed(ports, by, act, wishes, "Stolen lorry", at=world.now)
    await world.carry_out(opened(job))
    items = [await called(ports, job, line, name) for line, name in enumerate(names, 2)]
    await world.carry_out(filled(job, items))
    await world.carry_out(started(job, at=world.now))
    return await stored(world, job)


async def stored(world: World, job: Job) -> Job:
    found = await world.store.jobs.by_id(job.id)
    assert found
    return found


async def go(world: World, job: Job, ports: Ports | None = None) -> list[Item]:
    """Carry a job on to its end, and return what became of everybody in it."""
    settled: list[Item] = []
    after = 0
    while batch := await carry_on(ports or world.administration, job, after=after, at=world.now):
        settled += batch.items
        after = batch.last
    counts = await world.store.job_items.counts(job.id)
    done, failed = counts[ItemState.DONE], counts[ItemState.FAILED]
    await world.carry_out(finished(job, done=done, failed=failed, at=world.now))
    return settled


async def undo(world: World, job: Job, actor: Actor | None = None) -> list[Item]:
    by = actor or world.host
    await world.carry_out(undo_begun(by, await stored(world, job), at=world.now))
    items: list[Item] = []
    after = 0
    while batch := await undo_on(world.administration, by, job, after=after, at=world.now):
        items += batch.items
        after = batch.last
    return items


async def held(world: World, user_id: UserId) -> Sequence[RegisteredMethod]:
    return await world.store.methods.of_user(user_id)


async def failures(world: World, job: Job) -> dict[str, Because | None]:
    found = await world.store.job_items.page(job.id, ItemState.FAILED, after=0, most=99)
    return {one.name: one.because for one in found}


@dataclass
class Meddling:
    """Writes what others do just before each of the first commits of a job."""

    world: World
    others: list[Sequence[Change]]
    seen: list[int] = field(default_factory=list)

    async def __call__(self, *changes: Change) -> None:
        self.seen.append(len(changes))
        if self.others:
            await self.world.store.commit(*self.others.pop(0))
        await self.world.store.commit(*changes)

    @property
    def ports(self) -> Ports:
        ports = self.world.administration
        return replace(ports, room=replace(ports.room, commit=self))


@pytest.mark.both_engines
async def test_ADM_04_everybody_in_a_job_is_reset_once_and_whoever_cannot_be_is_named(
    world: World,
) -> None:
    ids = await people(world)
    epochs = [(await world.target(one)).person.account.epoch for one in ids.values()]
    job = await start(world, [ROBIN, "nobody@contoso.test", ids[KIM], ROBIN.upper(), NOOR])
    assert job.state is JobState.RUNNING
    items = await go(world, job)
    assert [(one.name, list(one.lines)) for one in items] == [
        (ROBIN, ["phone +XX XXXXXXXX67"]),
        (ids[KIM], ["phone +XX XXXXXXXX68"]),
        (NOOR, []),
    ]
    assert await failures(world, job) == {
        "nobody@contoso.test": Because.UNKNOWN,
        ROBIN.upper(): Because.TWICE,
    }
    targets = [await world.target(one) for one in ids.values()]
    assert [len(one.held) for one in targets] == [0, 0, 0]
    assert [one.person.account.epoch for one in targets] == [epoch + 1 for epoch in epochs]
    assert (await stored(world, job)).state is JobState.FINISHED
    (newest,) = await world.store.jobs.newest(most=5)
    assert (newest.reason, newest.finished_at) == ("Stolen lorry", world.now)
    assert await carry_on(world.administration, job, after=0, at=world.now) is None
    (entry, *_) = await world.store.audit.of_user(ids[ROBIN], most=1)
    assert entry.event.facts["reason"] == "Stolen lorry"


async def test_before_anything_is_written_a_job_says_what_it_would_do(world: World) -> None:
    ids = await people(world)
    ports, actor = world.administration, world.host
    job = proposed(ports, actor, RESET, {}, "Why", at=world.now)
    for name, state, lines in (
        (ROBIN, ItemState.WAITING, ["phone +XX XXXXXXXX67"]),
        ("nobody@contoso.test", ItemState.FAILED, []),
    ):
        item = await called(ports, job, 2, name)
        assert item.state is state
        done = (await planned(ports, job, actor, item, at=world.now)).done
        assert list(done.lines) == lines
    assert len(await held(world, ids[ROBIN])) == 1
    assert await world.store.jobs.newest(most=1) == []


async def test_what_is_no_name_is_kept_as_it_can_be_shown(world: World) -> None:
    odd = ["\x1b[2Jrobin", "left\u202eright", "\udcff", "x" * 999, ""]
    job = await start(world, odd)
    shown = ["?[2Jrobin", "left?right", "?", "x" * 320, ""]
    assert await failures(world, job) == dict.fromkeys(shown, Because.UNKNOWN)


async def test_other_acts_say_what_they_change_and_pass_over_what_is_so_already(
    world: World,
) -> None:
    ids = await people(world)
    for lines in (["disabled -> enforced"], []):
        job = await start(world, [ROBIN], act="set-mfa-state", state="enforced")
        assert [list(one.lines) for one in await go(world, job)] == [lines]
    assert (await world.target(ids[ROBIN])).person.account.mfa_state is MfaState.ENFORCED
    await world.session(ROBIN)
    job = await start(world, [ROBIN], act="revoke-sessions")
    await go(world, job)
    assert (await world.target(ids[ROBIN])).person.account.epoch == 1
    (entry, *_) = await world.store.audit.of_user(ids[ROBIN], most=1)
    assert entry.event.facts["reason"] == "Stolen lorry"


async def test_browsers_that_were_remembered_are_named_and_forgotten(world: World) -> None:
    ids = await people(world)
    await world.store.commit(SetPolicy(policy=Policy(remember_days=30)))
    one = replace(device("d-1"), user_id=ids[ROBIN], epoch=0, remembered_at=world.now)
    await world.store.commit(RememberDevice(device=replace(one, client=HOME)))
    job = await start(world, [ROBIN, KIM], act="forget-browsers")
    assert [list(one.lines) for one in await go(world, job)] == [["Chrome, Windows"], []]
    assert await world.store.devices.of_user(ids[ROBIN]) == []


async def test_app_passwords_are_named_and_deleted(world: World) -> None:
    ids = await people(world)
    laptop = AppPassword(
        id=AppPasswordId("a-1"),
        user_id=ids[ROBIN],
        name="laptop",
        digest=Digest("k-1", b"digest"),
        created_at=world.now,
    )
    await world.store.commit(AddAppPassword(new=laptop))
    job = await start(world, [ROBIN, KIM], act="delete-app-passwords")
    assert [list(one.lines) for one in await go(world, job)] == [["laptop"], []]
    assert await world.store.app_passwords.of_user(ids[ROBIN]) == []


async def test_a_job_is_refused_that_nobody_could_carry_out(
    world: World, nobody: Actor, administrator: Administrator
) -> None:
    ports = world.administration
    with pytest.raises(UnknownActError):
        proposed(ports, world.host, "set-password", {}, "Why", at=world.now)
    for act, wishes in (
        (RESET, {"state": "enforced"}),
        ("set-mfa-state", {}),
        ("set-mfa-state", {"state": "maybe"}),
    ):
        with pytest.raises(BadWishError):
            proposed(ports, world.host, act, wishes, "Why", at=world.now)
    with pytest.raises(InvalidReasonError):
        proposed(ports, world.host, RESET, {}, " ", at=world.now)
    with pytest.raises(NotPermittedError):
        proposed(ports, nobody, RESET, {}, "Why", at=world.now)
    actor, _ = await administrator()
    with pytest.raises(NotPermittedError):
        proposed(ports, replace(actor, scopes=frozenset()), RESET, {}, "Why", at=world.now)
    with pytest.raises(NotFreshError):
        proposed(ports, actor, RESET, {}, "Why", at=world.now + FRESH_FOR)


async def test_a_job_is_done_by_the_rights_that_its_actor_has_while_it_runs(
    world: World, administrator: Administrator
) -> None:
    ids = await people(world)
    actor, ada = await administrator()
    await world.store.commit(AssignRole(user_id=ids[KIM], role=GLOBAL_ADMINISTRATOR))
    first = await start(world, [ROBIN, ada.user.id, KIM], actor=actor)
    second = await start(world, [NOOR], actor=actor)
    third = await start(world, [NOOR], actor=actor)
    world.later(hours=1)  # the proof was fresh when the job was started
    await go(world, first)
    assert await failures(world, first) == {ada.user.id: Because.ONESELF}
    assert not await held(world, ids[ROBIN])
    await world.store.commit(RemoveRole(user_id=ada.user.id, role=GLOBAL_ADMINISTRATOR))
    await go(world, second)
    assert await failures(world, second) == {NOOR: Because.UNKNOWN}
    await world.store.commit(AssignRole(user_id=ada.user.id, role=GLOBAL_ADMINISTRATOR))
    await world.store.commit(RaiseEpoch(user_id=ada.user.id))
    await go(world, third)
    assert await failures(world, third) == {NOOR: Because.RIGHTS_LOST}


async def test_a_job_cannot_prove_who_is_calling(
    world: World, administrator: Administrator
) -> None:
    await people(world)
    actor, _ = await administrator()
    acts = frozenset({Permission.RESET_METHODS})
    job = await start(world, [NOOR], actor=actor)
    await world.store.commit(SetPolicy(policy=Policy(caller_check_acts=acts)))
    await go(world, job)
    assert await failures(world, job) == {NOOR: Because.NOT_YET}


async def test_a_job_of_somebody_without_a_second_proof_does_nothing(
    world: World, administrator: Administrator
) -> None:
    await people(world)
    actor, _ = await administrator()
    job = await start(world, [ROBIN], actor=actor)
    unproven = replace(job, actor=replace(actor, scopes=frozenset()))
    assert [one.because for one in (await go(world, unproven))] == [Because.UNKNOWN]


async def test_whoever_is_changed_at_the_same_moment_is_done_all_the_same(world: World) -> None:
    ids = await people(world)
    job = await start(world)
    meddling = Meddling(world, [[AddMethod(method=world.app(ids[ROBIN], "oath.1"))]])
    items = await go(world, job, meddling.ports)
    assert [len(one.lines) for one in items] == [2, 1, 0]
    assert len(meddling.seen) == 1 + 3, "all at once, then one by one"
    assert not await held(world, ids[ROBIN])


async def test_whoever_is_changed_again_and_again_fails_and_the_others_do_not(
    world: World,
) -> None:
    ids = await people(world)
    job = await start(world)
    adding: list[Sequence[Change]] = [
        [AddMethod(method=world.app(ids[ROBIN], f"oath.{number}"))]
        for number in range(1, running.TRIES + 2)
    ]
    await go(world, job, Meddling(world, adding).ports)
    assert await failures(world, job) == {ROBIN: Because.CHANGED}
    assert len(await held(world, ids[ROBIN])) == 1 + 1 + running.TRIES
    assert not await held(world, ids[KIM])


async def test_of_two_runs_of_a_job_each_person_is_done_by_one(world: World) -> None:
    ids = await people(world)
    job = await start(world)
    (first,) = await world.store.job_items.page(job.id, ItemState.WAITING, after=0, most=1)
    settled = replace(first, state=ItemState.DONE)
    by_other = SettleItem(job_id=job.id, was=ItemState.WAITING, item=settled)
    items = await go(world, job, Meddling(world, [[by_other]]).ports)
    assert [one.name for one in items] == [KIM, NOOR]
    assert len(await held(world, ids[ROBIN])) == 1, "the other run has done it, as it says"


async def test_a_job_does_nothing_more_once_it_is_undone(world: World) -> None:
    ids = await people(world)
    job = await start(world)
    assert await undo(world, job) == []
    with pytest.raises(JobEndedError):
        await carry_on(world.administration, job, after=0, at=world.now)
    assert await held(world, ids[ROBIN])
    prepared = proposed(world.administration, world.host, RESET, {}, "Why", at=world.now)
    await world.carry_out(opened(prepared))
    with pytest.raises(JobEndedError):
        undo_begun(world.host, prepared, at=world.now)


@pytest.mark.both_engines
async def test_what_a_job_has_deleted_is_put_back_and_works(world: World) -> None:
    ids = await people(world)
    await world.store.commit(AddMethod(method=world.app(ids[ROBIN], "oath.1")))
    before = await held(world, ids[ROBIN])
    job = await start(world)
    await go(world, job)
    await world.sent()
    world.later(hours=23)
    assert [(one.state, len(one.lines)) for one in await undo(world, job)] == [
        (ItemState.UNDONE, 2),
        (ItemState.UNDONE, 1),
    ]
    assert await held(world, ids[ROBIN]) == before
    mails = [one.facts["now"] for one in await world.sent() if isinstance(one, Mail)]
    assert len(mails) == 3, "a mail of each method"
    (entry, *_) = await world.store.audit.of_user(ids[KIM], most=1)
    assert (entry.event.word, entry.event.facts["restored"]) == (
        "methodsRestored",
        "phone +XX XXXXXXXX68",
    )
    await world.session(KIM)
    assert await undo(world, job) == [], "nothing is put back twice"
    counts = await world.store.job_items.counts(job.id)
    assert (counts[ItemState.UNDONE], counts[ItemState.DONE]) == (2, 1)


async def test_the_default_comes_back_unless_another_was_chosen(world: World) -> None:
    sms, app = Way("sms"), Way("oath")
    for name, phone in PHONES.items():
        await world.person(name, phone=phone, default=sms)
    ids = [(await world.store.people.by_name(name)) for name in PHONES]
    robin, kim = [one.user.id for one in ids if one]
    job = await start(world, [ROBIN, KIM])
    await go(world, job)
    await world.store.commit(
        AddMethod(method=world.app(kim, "oath.1")), SetDefaultWay(user_id=kim, way=app)
    )
    await undo(world, job)
    accounts = [(await world.target(one)).person.account for one in (robin, kim)]
    assert [one.default_way for one in accounts] == [sms, app]


async def test_nothing_is_put_back_where_something_else_was_done_since(
    world: World, administrator: Administrator, nobody: Actor
) -> None:
    ids = await people(world)
    sam, lee = "sam@contoso.test", "lee@contoso.test"
    for name in (sam, lee):
        ids[name] = (await world.person(name, phone="+44 7700 900069")).user.id
    job = await start(world, [ROBIN, KIM, sam, lee])
    await go(world, job)
    with pytest.raises(NotPermittedError):
        await undo(world, job, nobody)
    await world.store.commit(RaiseEpoch(user_id=ids[ROBIN]))
    await world.store.commit(SetEnabled(user_id=ids[KIM], enabled=False))
    await world.store.commit(AddMethod(method=world.phone(ids[sam], "+44 7700 900070")))
    await world.store.commit(
        AddMethod(method=world.phone(ids[lee], "+44 7700 900069", "phone.alternateMobile"))
    )
    found = {one.name: one.because for one in await undo(world, job)}
    assert found == {
        ROBIN: Because.ACCOUNT_CHANGED,
        KIM: Because.ACCOUNT_CHANGED,
        sam: Because.SLOT_TAKEN,
        lee: Because.HELD_AGAIN,
    }
    assert not await held(world, ids[ROBIN])


async def test_nothing_is_put_back_for_whom_the_actor_may_do_nothing(world: World) -> None:
    ids = await people(world)
    job = await start(world, [ROBIN, KIM])
    await go(world, job)
    agent = actor_of(world, await world.person("agent@contoso.test", mail=None), HELP_DESK_MFA)
    await world.store.commit(
        AssignRole(user_id=UserId(agent.id), role=HELP_DESK_MFA),
        AssignRole(user_id=ids[ROBIN], role=GLOBAL_ADMINISTRATOR),
    )
    agent = replace(agent, epoch=(await world.target(UserId(agent.id))).person.account.epoch)
    robin, kim = await undo(world, job, agent)
    assert (robin.state, robin.because) == (ItemState.FAILED, Because.UNKNOWN)
    assert kim.state is ItemState.UNDONE
    assert not await held(world, ids[ROBIN])


async def test_a_method_that_is_registered_at_that_moment_is_not_replaced(world: World) -> None:
    ids = await people(world)
    job = await start(world, [ROBIN])
    await go(world, job)
    await world.carry_out(undo_begun(world.host, await stored(world, job), at=world.now))
    new = world.phone(ids[ROBIN], "+44 7700 900070")
    ports = Meddling(world, [[AddMethod(method=new)]]).ports
    batch = await undo_on(ports, world.host, job, after=0, at=world.now)
    assert batch
    assert [one.because for one in batch.items] == [Because.CHANGED]
    assert [one.id for one in await held(world, ids[ROBIN])] == [new.id]


async def test_what_is_deleted_is_kept_for_as_long_as_the_rules_say(world: World) -> None:
    ids = await people(world)
    job = await start(world, [ROBIN])
    await go(world, job)
    await world.store.commit(SetPolicy(policy=Policy(undo_hours=0)))
    unkept = await start(world, [KIM])
    await go(world, unkept)
    assert await undo(world, unkept) == []
    world.later(hours=24)
    assert await undo(world, job) == []
    assert await world.store.cleanup(world.now) >= 1
    world.now -= timedelta(hours=1)
    assert await undo(world, job) == [], "it is gone"
    assert not await held(world, ids[ROBIN])
