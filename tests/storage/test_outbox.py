import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.delivery.outbox import ClaimedMessage, Outbox
from proofup.storage.outbox import Claimed
from proofup.storage.store import Store
from proofup.values.ids import MessageId
from proofup.values.messages import Delivery, DeliveryState, Mail, SendMessage
from storage.samples import MINUTE, SECOND, START, message

pytestmark = pytest.mark.anyio
OUT = MessageId("out-1")
LEASE = MINUTE


async def claim(store: Store, at: timedelta = SECOND, *, kind: str = "text") -> list[Claimed]:
    return await store.outbox.claim(kind, 10, LEASE, START + at)


async def state(store: Store) -> DeliveryState:
    progress = await store.outbox.progress(OUT)
    assert progress
    return progress.state


async def payloads(store: Store) -> list[bytes | None]:
    return [payload for (payload,) in await store.engine.rows("SELECT payload FROM outbox")]


def mail(name: str = "mail-1") -> SendMessage:
    content = Mail(to="robin@fabrikam.test", template="phone-changed", facts={"link": "https://x"})
    return replace(message(name), content=content)


async def test_it_is_the_outbox_that_delivery_asks_for(store: Store) -> None:
    outbox: Outbox = store.outbox
    await store.commit(message())
    claimed: ClaimedMessage
    (claimed,) = await outbox.claim("text", 1, LEASE, START)
    assert claimed.attempts == 1


@pytest.mark.parametrize(("kind", "sent"), [("text", message()), ("mail", mail())])
async def test_a_message_is_claimed_as_it_was_put_in(
    store: Store, kind: str, sent: SendMessage
) -> None:
    await store.commit(sent)
    (claimed,) = await claim(store, kind=kind)
    assert claimed == Claimed(
        id=sent.id,
        content=sent.content,
        language="en",
        created_at=sent.created_at,
        expires_at=sent.expires_at,
        attempts=1,
        correlation_id=sent.correlation_id,
    )
    other = "mail" if kind == "text" else "text"
    assert await claim(store, 2 * LEASE, kind=other) == []


async def test_a_claimed_message_is_nobody_elses_until_the_lease_ends(store: Store) -> None:
    await store.commit(message())
    assert len(await claim(store)) == 1
    assert await claim(store, LEASE) == []
    (again,) = await claim(store, LEASE + SECOND)
    assert again.attempts == 2


async def test_messages_come_oldest_first_and_no_more_than_asked_for(store: Store) -> None:
    for number in (3, 1, 2, 0):
        at = START + number * SECOND
        await store.commit(replace(message(f"out-{number}"), created_at=at))
    first = await store.outbox.claim("text", 3, LEASE, START + MINUTE)
    assert [claimed.id for claimed in first] == ["out-0", "out-1", "out-2"]


async def test_of_many_claims_at_once_each_gets_other_messages(store: Store) -> None:
    await store.commit(*(message(f"out-{number}") for number in range(40)))
    claims = await asyncio.gather(*(store.outbox.claim("text", 5, LEASE, START) for _ in range(12)))
    ids = [claimed.id for some in claims for claimed in some]
    assert len(ids) == len(set(ids))
    # A claim skips rows that another one has locked, so it may return fewer.
    rest = [claimed.id for claimed in await store.outbox.claim("text", 40, LEASE, START)]
    assert sorted(ids + rest) == sorted(f"out-{number}" for number in range(40))


async def test_what_was_sent_is_erased_and_never_claimed_again(store: Store) -> None:
    await store.commit(message())
    await claim(store)
    assert await store.outbox.mark_sent(OUT, "ref", START + 2 * SECOND)
    assert await payloads(store) == [None]
    assert await claim(store, 2 * LEASE) == []
    sent_at = START + 2 * SECOND
    assert await store.outbox.progress(OUT) == Delivery(
        state=DeliveryState.SENT, changed_at=sent_at, sent_at=sent_at, delivered_at=None
    )


async def test_a_receipt_that_overtakes_the_sender_stays(store: Store) -> None:
    await store.commit(message())
    await claim(store)
    delivered_at, sent_at = START + 2 * SECOND, START + 3 * SECOND
    assert await store.outbox.mark_delivered(OUT, delivered_at)
    assert await payloads(store) == [None]
    assert await store.outbox.mark_sent(OUT, "ref", sent_at)
    assert await store.outbox.progress(OUT) == Delivery(
        state=DeliveryState.DELIVERED,
        changed_at=delivered_at,
        sent_at=sent_at,
        delivered_at=delivered_at,
    )
    assert await claim(store, 2 * LEASE) == []


async def test_states_only_go_forward(store: Store) -> None:
    await store.commit(message())
    await store.outbox.mark_failed(OUT, "given back", START, None)
    await store.outbox.mark_sent(OUT, None, START)
    assert await state(store) is DeliveryState.FAILED
    await store.outbox.mark_delivered(OUT, START)
    await store.outbox.mark_failed(OUT, "too late", START, None)
    await store.outbox.mark_failed(OUT, "too late", START, START)
    await store.outbox.mark_delivered(OUT, START + MINUTE)
    progress = await store.outbox.progress(OUT)
    assert progress
    assert (progress.state, progress.delivered_at) == (DeliveryState.DELIVERED, START)
    assert await claim(store, 2 * LEASE) == []


async def test_a_failed_try_comes_again_when_it_should(store: Store) -> None:
    await store.commit(message())
    await claim(store)
    await store.outbox.mark_failed(OUT, "busy", START + SECOND, START + 10 * SECOND)
    assert await state(store) is DeliveryState.QUEUED
    assert await claim(store, 9 * SECOND) == []
    assert len(await claim(store, 10 * SECOND)) == 1


async def test_what_failed_for_good_is_erased(store: Store) -> None:
    await store.commit(message())
    await store.outbox.mark_failed(OUT, "refused", START, None)
    assert await state(store) is DeliveryState.FAILED
    assert await payloads(store) == [None]


async def test_an_expired_message_comes_to_be_given_up(store: Store) -> None:
    await store.commit(message())
    (claimed,) = await claim(store, 10 * MINUTE)
    assert claimed.expires_at < START + 10 * MINUTE


async def test_marks_of_an_unknown_message_are_told(store: Store) -> None:
    assert not await store.outbox.mark_sent(OUT, None, START)
    assert not await store.outbox.mark_delivered(OUT, START)
    assert not await store.outbox.mark_failed(OUT, "x", START, None)
    assert not await store.outbox.mark_failed(OUT, "x", START, START)
    assert await store.outbox.progress(OUT) is None


async def listening(store: Store, engine_name: str) -> None:
    """Make the first call, which on PostgreSQL returns once it is listening."""
    await store.outbox.wait(10 * SECOND if engine_name == "postgresql" else timedelta(0))


async def test_a_commit_with_a_message_wakes_the_sender(store: Store, engine_name: str) -> None:
    await listening(store, engine_name)
    waiting = asyncio.ensure_future(store.outbox.wait(timedelta(hours=1)))
    await asyncio.sleep(0)
    await store.commit(message())
    async with asyncio.timeout(10):
        await waiting


async def test_an_import_with_a_message_wakes_the_sender(store: Store, engine_name: str) -> None:
    await listening(store, engine_name)
    await store.commit(message(), mail())
    async with asyncio.timeout(10):
        await store.outbox.wait(timedelta(hours=1))


async def test_a_message_between_two_waits_or_during_a_cancelled_one_is_not_missed(
    store: Store, engine_name: str
) -> None:
    await listening(store, engine_name)
    waiting = asyncio.ensure_future(store.outbox.wait(timedelta(hours=1)))
    await asyncio.sleep(0)
    waiting.cancel()
    await store.commit(message())
    async with asyncio.timeout(10):
        await store.outbox.wait(timedelta(hours=1))


async def test_the_sender_looks_by_itself_after_a_while(store: Store) -> None:
    async with asyncio.timeout(10):
        for _ in range(3):
            await store.outbox.wait(timedelta(milliseconds=1))


def alike(number: int, *, after: timedelta = timedelta(0), key: str = "robin") -> SendMessage:
    at = START + after
    sent = replace(mail(f"mail-{number:03}"), alike=key, created_at=at)
    return replace(sent, expires_at=at + 60 * MINUTE)


async def facts(store: Store, at: timedelta) -> list[str]:
    """Send what is due, and return for how many more each mail stands."""
    found = await claim(store, at, kind="mail")
    for one in found:
        await store.outbox.mark_sent(one.id, None, START + at)
    return [one.content.facts.get("more", "") for one in found if isinstance(one.content, Mail)]


async def test_mails_that_are_alike_are_gathered_the_first_at_once(store: Store) -> None:
    """120 changes in 1.5 s are three mails at once, and one that stands for the other 117."""
    for number in range(120):
        await store.commit(alike(number, after=number * SECOND / 80))
    assert await facts(store, 2 * SECOND) == ["", "", ""]
    assert await facts(store, 4 * MINUTE) == []
    assert await facts(store, 6 * MINUTE) == ["116"]
    await store.commit(alike(200, after=6 * MINUTE))
    assert await facts(store, 6 * MINUTE) == [""]


async def test_mails_to_others_and_of_other_kinds_are_not_gathered_with_them(store: Store) -> None:
    await store.commit(*(alike(number) for number in range(4)), alike(5, key="kim"), mail("m"))
    assert await facts(store, SECOND) == ["", "", "", "", ""]


async def test_what_was_sent_already_is_not_counted_to(store: Store) -> None:
    await store.commit(*(alike(number) for number in range(4)))
    assert await facts(store, SECOND) == ["", "", ""]
    assert await facts(store, 5 * MINUTE) == [""]
    await store.commit(alike(5, after=4 * MINUTE))
    assert await facts(store, 8 * MINUTE) == []
    assert await facts(store, 9 * MINUTE) == [""]


async def test_a_message_is_found_by_the_reference_of_its_carrier(store: Store) -> None:
    await store.commit(message())
    assert await store.outbox.by_reference("ref") is None
    await store.outbox.mark_sent(OUT, "ref", START)
    assert await store.outbox.by_reference("ref") == OUT
