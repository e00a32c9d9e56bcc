"""Answer rates, counted by many callers that write to the same few rows."""

import asyncio
from datetime import timedelta

import pytest

from proofup.methods.registered_methods import AddMethod
from proofup.policy.conversion import Conversion, NoteAnswered, NoteSent, Span, StopSending
from proofup.storage.store import Store
from proofup.values.clock import EPOCH
from proofup.values.errors import SlotTakenError
from storage.samples import START, entry, method, user

pytestmark = pytest.mark.anyio
MANY = 60
NUMBER = (START - EPOCH) // timedelta(minutes=1)


def sent(country: str | None = "GB") -> NoteSent:
    return NoteSent(kind="texts", country=country, at=START)


def answered(country: str | None = "GB") -> NoteAnswered:
    return NoteAnswered(kind="texts", country=country, sent_at=START)


async def test_nothing_is_known_of_what_was_never_sent(store: Store) -> None:
    assert await store.conversions.of("texts", "GB") == Conversion()


async def test_each_of_many_at_once_is_counted_in_the_row_it_belongs_to(store: Store) -> None:
    await asyncio.gather(
        *(store.commit(sent(), sent("DE")) for _ in range(MANY)),
        *(store.commit(answered("DE"), answered(), entry(number)) for number in range(MANY)),
        *(store.commit(sent(None)) for _ in range(MANY)),
    )
    for country in ("GB", "DE"):
        found = await store.conversions.of("texts", country)
        assert found.spans == (Span(NUMBER, MANY, MANY),)
    assert (await store.conversions.of("texts", None)).spans == (Span(NUMBER, MANY, 0),)
    assert (await store.conversions.of("calls", "GB")).spans == ()
    assert await store.audit.verify() is None


async def test_who_is_refused_among_many_counts_nothing(store: Store) -> None:
    await store.commit(user(), AddMethod(method=method()))
    answers = await asyncio.gather(
        store.commit(sent()),
        *(store.commit(sent(), AddMethod(method=method(f"m-{n}"))) for n in range(20)),
        store.commit(sent()),
        return_exceptions=True,
    )
    assert [answer and type(answer) for answer in answers] == [None, *[SlotTakenError] * 20, None]
    assert (await store.conversions.of("texts", "GB")).spans == (Span(NUMBER, 2, 0),)


async def test_a_stop_begins_anew_and_what_comes_behind_it_counts(store: Store) -> None:
    await store.commit(sent(), StopSending(kind="texts", country="GB", at=START), sent())
    found = await store.conversions.of("texts", "GB")
    assert found.stopped_until == START + timedelta(hours=1)
    assert found.spans == (Span(NUMBER, 1, 0),)


async def test_of_many_acts_in_one_transaction_each_is_counted(store: Store) -> None:
    await asyncio.gather(*(store.commit(sent(), entry(n)) for n in range(5)))
    assert (await store.conversions.of("texts", "GB")).spans == (Span(NUMBER, 5, 0),)
