"""Changes of one kind for many people are written together, and come to the same as one by one."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.administration.job import (
    AddItems,
    Item,
    ItemSettledError,
    ItemState,
    Job,
    JobId,
    OpenJob,
    SettleItem,
)
from proofup.administration.kept_methods import KeepMethods
from proofup.audit.events.challenges import FarewellWithheld
from proofup.directory.users import RaiseEpoch, SetDefaultWay
from proofup.method_changes.history import ForgetPastChanges, NotePastChange
from proofup.methods.registered_methods import (
    AddMethod,
    RegisteredMethod,
    RemoveMethod,
    RequireMethods,
)
from proofup.notices.link import EndNoticeLinks, OpenNoticeLink
from proofup.policy.actor import host
from proofup.policy.limits import Charge, CountTries, Limit, counter_key
from proofup.policy.sending import SendWithin
from proofup.storage.statements import ROWS_AT_ONCE
from proofup.storage.store import Store
from proofup.values.errors import StaleError, StaleMethodError
from proofup.values.ids import CorrelationId, MethodId, UserId
from proofup.values.messages import Mail, SendMessage
from proofup.values.ways import Way
from storage.samples import START, entry, link, message, method, past_change, session, user

pytestmark = pytest.mark.anyio
MANY = [UserId(f"u-{number:03}") for number in range(ROWS_AT_ONCE + 3)]
NOBODY = UserId("nobody")


async def people(store: Store) -> list[RegisteredMethod]:
    """Store many people with a phone each."""
    held = [replace(method(f"m of {one}"), user_id=one) for one in MANY]
    await store.commit(*map(user, MANY), *(AddMethod(method=one) for one in held))
    return held


async def held_by(store: Store, users: Sequence[UserId]) -> int:
    return sum([len(await store.methods.of_user(one)) for one in users])


async def test_accounts_of_many_move_on_together_or_not_at_all(store: Store) -> None:
    await people(store)
    kept = replace(session(), user_id=MANY[0])
    sms = SetDefaultWay(user_id=MANY[0], way=Way("sms"))
    raised = [RaiseEpoch(user_id=one) for one in MANY]
    await store.commit(*raised[1:], replace(raised[0], keep=kept.id))
    await store.commit(sms, *(SetDefaultWay(user_id=one, way=None) for one in MANY[1:]))
    found = await store.subscribers.of_many([*MANY, NOBODY])
    assert list(found) == MANY
    assert {one.person.account.epoch for one in found.values()} == {1}
    assert [one.person.account.default_way for one in found.values()][:2] == [Way("sms"), None]
    for change in (RaiseEpoch(user_id=NOBODY), SetDefaultWay(user_id=NOBODY, way=None)):
        same = replace(change, user_id=MANY[0])
        with pytest.raises(StaleError):
            await store.commit(same, change)
    found = await store.subscribers.of_many(MANY[:1])
    assert found[MANY[0]].person.account.epoch == 1


async def test_methods_of_many_go_together_unless_one_was_changed(store: Store) -> None:
    held = await people(store)
    ids = [frozenset({one.id}) for one in held]
    required = [RequireMethods(user_id=one.user_id, ids=frozenset({one.id})) for one in held]
    removed = [RemoveMethod(user_id=one.user_id, method_id=one.id) for one in held]
    assert len(ids) == len(required)
    gone = RemoveMethod(user_id=MANY[0], method_id=MethodId("gone"))
    for wrong in ([*required[1:], replace(required[0], ids=frozenset())], [*removed, gone]):
        with pytest.raises(StaleMethodError):
            await store.commit(*wrong)
    assert await held_by(store, MANY) == len(MANY)
    await store.commit(*required, *removed)
    assert await held_by(store, MANY) == 0
    rows = await store.engine.rows("SELECT DISTINCT holding FROM users")
    assert rows == [(0,)]


async def test_links_and_past_changes_of_many_end_together(store: Store) -> None:
    await people(store)
    links = [replace(link(one.encode()), user_id=one) for one in MANY]
    past = [replace(past_change(f"h {one}"), user_id=one) for one in MANY]
    await store.commit(
        *(OpenNoticeLink(link=one) for one in links), *(NotePastChange(past=one) for one in past)
    )
    assert [await store.notice_links.by_token(one.token_digest) for one in links] == links
    await store.commit(
        *(EndNoticeLinks(user_id=one) for one in MANY[1:]),
        *(ForgetPastChanges(user_id=one) for one in MANY[1:]),
    )
    left = [one for one in links if await store.notice_links.by_token(one.token_digest)]
    assert left == links[:1]
    since = [await store.method_history.since(one, START) for one in MANY]
    assert [bool(one) for one in since] == [True, *[False] * (len(MANY) - 1)]


async def test_messages_are_stored_together_and_one_like_an_earlier_one_is_gathered(
    store: Store,
) -> None:
    def mail(number: int, alike: str | None) -> SendMessage:
        content = Mail(to="a@b.test", template="methods-reset", facts={})
        new = replace(message(f"mail {number}"), content=content)
        return replace(new, alike=alike)

    mails = [mail(number, "a") for number in range(6)]
    await store.commit(*mails, mail(6, "b"), mail(7, None), mail(8, None))
    claimed = await store.outbox.claim("mail", most=99, lease=timedelta(minutes=1), at=START)
    assert [one.id for one in claimed] == [f"mail {number}" for number in (0, 1, 2, 6, 7, 8)]
    later = START + timedelta(minutes=5)
    claimed = await store.outbox.claim("mail", most=99, lease=timedelta(minutes=1), at=later)
    waited = next(one for one in claimed if one.id == "mail 3")
    assert isinstance(waited.content, Mail)
    assert waited.content.facts["more"] == "2", "the fourth waits for those that follow"


async def test_farewells_are_counted_together_and_one_by_one_where_the_budget_ends(
    store: Store,
) -> None:
    limit = Limit(name="texts", most=4, within=timedelta(days=1))
    key, other = counter_key("texts", ["k:1"], []), counter_key("texts", ["k:2"], [])
    met = Charge(key="met", limit=Limit(name="met", most=99, within=timedelta(days=1)))

    def farewell(number: int, key: str = key) -> SendWithin:
        withheld = replace(entry(number), event=FarewellWithheld(to="+XX 67"))
        return SendWithin(
            charges=(Charge(key=key, limit=limit),),
            message=message(f"out {number}"),
            otherwise=(CountTries(charges=(met,), at=START), withheld),
            at=START,
        )

    await store.commit(*map(farewell, range(3)))
    assert await store.counters.spent(key, limit, at=START) == 3
    await store.commit(*map(farewell, range(3, 6)), farewell(6, other))
    assert await store.counters.spent(key, limit, at=START) == 4
    assert await store.counters.spent("met", met.limit, at=START) == 2
    claimed = await store.outbox.claim("text", most=9, lease=timedelta(minutes=1), at=START)
    assert [one.id for one in claimed] == [f"out {number}" for number in (0, 1, 2, 3, 6)]
    assert len(await store.audit.of_user(UserId("robin"), most=9)) == 2


async def test_items_of_a_job_are_settled_together_unless_another_run_has_one(
    store: Store,
) -> None:
    held = await people(store)
    job = Job(
        id=JobId("0190a"),
        act="reset-methods",
        wishes={},
        reason="Lost",
        actor=host("jobs start", CorrelationId("c")),
        started_at=START,
    )
    items = [Item(number=number, name=one, user_id=one) for number, one in enumerate(MANY, 1)]
    kept = [
        KeepMethods(
            job_id=job.id,
            number=number,
            user_id=one.user_id,
            default_way=None,
            methods=[one],
            until=START + timedelta(hours=1),
        )
        for number, one in enumerate(held, 1)
    ]

    def settled(item: Item, state: ItemState, was: ItemState = ItemState.WAITING) -> SettleItem:
        return SettleItem(job_id=job.id, was=was, item=replace(item, state=state, lines=("phone",)))

    done = [settled(one, ItemState.DONE) for one in items]
    await store.commit(OpenJob(job=job), AddItems(job=job, items=items))
    await store.commit(RaiseEpoch(user_id=MANY[1]), *kept, *done[:-1])
    with pytest.raises(ItemSettledError):
        await store.commit(*done)
    found = await store.job_items.all(job.id, after=0, most=99)
    expected = [replace(one, state=ItemState.DONE, lines=("phone",)) for one in items]
    assert found == [*expected[:-1], items[-1]]
    stored = await store.kept_methods.of_job(job.id, after=0, most=99, at=START)
    assert [one.epoch for one in stored] == [0, 1, *[0] * (len(MANY) - 2)]
    assert [list(one.methods) for one in stored] == [[one] for one in held]
    undone = [settled(one, ItemState.UNDONE, ItemState.DONE) for one in items[:2]]
    await store.commit(*undone, done[-1])
    counts = await store.job_items.counts(job.id)
    assert (counts[ItemState.UNDONE], counts[ItemState.DONE]) == (2, len(MANY) - 2)


async def test_roles_and_units_of_many_are_read_together(store: Store) -> None:
    await people(store)
    assert await store.roles.of_many(MANY, at=START) == {}
    assert await store.units.of_many(MANY) == {}
