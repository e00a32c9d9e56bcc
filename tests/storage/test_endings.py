"""The ending of shared transactions: chaining the entries of all acts."""

import asyncio

import pytest

from proofup.directory.users import RaiseEpoch
from proofup.methods.registered_methods import AddMethod
from proofup.storage.acts import Ending
from proofup.storage.statements import Steps, touched
from proofup.storage.store import Store
from proofup.values.errors import AlreadySpentError, SlotTakenError
from proofup.values.ids import UserId
from storage.samples import ROBIN, entry, method, user

pytestmark = pytest.mark.anyio
HEAD_ELSEWHERE = "UPDATE audit_head SET sequence = 0 WHERE id = 1"
HEAD_BACK = "UPDATE audit_head SET sequence = 1 WHERE id = 1"


async def epoch(store: Store) -> int:
    found = await store.people.by_id(ROBIN)
    assert found
    return found.account.epoch


async def test_AU2_entries_of_acts_that_meet_are_one_chain_in_the_order_they_came(
    store: Store,
) -> None:
    await store.commit(user())
    await asyncio.gather(
        *(store.commit(RaiseEpoch(user_id=ROBIN), entry(number)) for number in range(100))
    )
    assert await epoch(store) == 100
    assert len(await store.audit.of_user(ROBIN, most=200)) == 100
    assert await store.audit.verify() is None


async def test_AU1_who_is_refused_among_many_leaves_no_entry(store: Store) -> None:
    await store.commit(user(), AddMethod(method=method()))
    answers = await asyncio.gather(
        store.commit(RaiseEpoch(user_id=ROBIN), entry(1)),
        *(store.commit(AddMethod(method=method(f"n-{n}")), entry(10 + n)) for n in range(20)),
        *(
            store.commit(
                RaiseEpoch(user_id=ROBIN), AddMethod(method=method(f"m-{n}")), entry(40 + n)
            )
            for n in range(20)
        ),
        store.commit(RaiseEpoch(user_id=ROBIN), entry(2)),
        return_exceptions=True,
    )
    assert [answer and type(answer) for answer in answers] == [None, *[SlotTakenError] * 40, None]
    assert await epoch(store) == 2
    assert {found.at for found in await store.audit.of_user(ROBIN, most=99)} == {
        entry(1).at,
        entry(2).at,
    }
    assert await store.audit.verify() is None


async def test_an_entry_that_has_no_text_is_refused_alone(store: Store) -> None:
    half_a_letter = UserId("\ud800")
    answers = await asyncio.gather(
        store.commit(entry(1)),
        store.commit(entry(2, target=half_a_letter)),
        store.commit(entry(3)),
        return_exceptions=True,
    )
    assert [answer and type(answer) for answer in answers] == [None, UnicodeEncodeError, None]
    assert await store.audit.of_user(ROBIN, most=9) == [entry(3), entry(1)]


async def test_AU2_a_chain_that_takes_no_more_refuses_what_has_entries(store: Store) -> None:
    """Its head was set back by hand: the next number is taken."""
    await store.commit(user(), entry(1))
    await store.engine.write(lambda: touched(HEAD_ELSEWHERE))
    answers = await asyncio.gather(
        *(store.commit(RaiseEpoch(user_id=ROBIN)) for _ in range(10)),
        *(store.commit(RaiseEpoch(user_id=ROBIN), entry(2)) for _ in range(10)),
        return_exceptions=True,
    )
    refusals = {"IntegrityError", "UniqueViolation"}
    assert {type(answer).__name__ for answer in answers[10:]} <= refusals
    assert await epoch(store) == answers[:10].count(None)  # acts of one commit succeed together
    await store.engine.write(lambda: touched(HEAD_BACK))
    await store.commit(RaiseEpoch(user_id=ROBIN), entry(2))
    assert await store.audit.verify() is None


async def test_each_end_runs_once_for_all_that_share_a_transaction(store: Store) -> None:
    await store.commit(user())
    seen: list[list[object]] = []

    def close(parts: object) -> Steps[None]:
        assert isinstance(parts, list)
        seen.append(parts)
        yield from touched("UPDATE accounts SET epoch = epoch + 1 WHERE user_id = ?", ROBIN)

    def nothing() -> Steps[None]:
        yield from ()

    def refused() -> Steps[None]:
        yield from ()
        raise AlreadySpentError

    acts = [(nothing, [n]) for n in range(50)] + [(refused, ["refused"])]
    answers = await asyncio.gather(
        *(store.engine.write(make, ending=Ending(close, parts)) for make, parts in acts),
        return_exceptions=True,
    )
    assert [answer and type(answer) for answer in answers] == [None] * 50 + [AlreadySpentError]
    assert [part for parts in seen for part in parts] == list(range(50))
    assert await epoch(store) == len(seen) < 20
