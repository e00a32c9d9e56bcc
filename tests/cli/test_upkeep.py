"""Background tasks of a server."""

import logging

import pytest

from conftest import StoppedClock
from proofup.audit.entry import Entry
from proofup.audit.events.sign_ins import SignedOut
from proofup.cli.upkeep import Checkpoints, ClockWatch
from proofup.storage.store import Store
from proofup.values.ids import CorrelationId

pytestmark = pytest.mark.anyio


async def record(store: Store, clock: StoppedClock, *, entries: int = 1) -> None:
    """Put entries into the audit log."""
    await store.commit(
        *(
            Entry(
                at=clock(),
                event=SignedOut(),
                actor="host",
                target=None,
                succeeded=True,
                correlation_id=CorrelationId(f"c{number}"),
            )
            for number in range(entries)
        )
    )


async def test_AU2_where_the_log_is_is_said_outside_of_the_database(
    store: Store, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    checkpoints = Checkpoints(store.audit, clock)
    await checkpoints.look()
    assert caplog.messages == []
    await record(store, clock)
    await checkpoints.look()
    (said,) = caplog.messages
    sequence, _, digest = said.removeprefix("audit checkpoint ").partition(":")
    assert sequence == "1"
    assert await store.audit.holds(1, digest)
    assert not await store.audit.holds(1, digest[::-1])
    assert not await store.audit.holds(2, digest)


async def test_a_checkpoint_comes_after_five_minutes_or_a_thousand_entries(
    store: Store, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    checkpoints = Checkpoints(store.audit, clock)
    await record(store, clock)
    await checkpoints.look()
    await record(store, clock)
    clock.later(minutes=4)
    await checkpoints.look()
    assert len(caplog.messages) == 1
    clock.later(minutes=1)
    await checkpoints.look()
    assert len(caplog.messages) == 2
    await record(store, clock, entries=1000)
    await checkpoints.look()
    assert caplog.messages[-1].startswith("audit checkpoint 1002:")
    clock.later(minutes=10)
    await checkpoints.look()
    assert len(caplog.messages) == 3


@pytest.mark.parametrize(("jump", "told"), [(3600, [3600]), (-3600, [-3600]), (29, []), (0, [])])
def test_D10_a_clock_that_jumps_is_told_once(
    clock: StoppedClock, caplog: pytest.LogCaptureFixture, jump: float, told: list[int]
) -> None:
    elapsed = 0.0
    watch = ClockWatch(clock, lambda: elapsed)
    clock.later(seconds=15 + jump)
    elapsed += 15
    watch.look()
    clock.later(seconds=15)
    elapsed += 15
    watch.look()
    assert [vars(record)["seconds"] for record in caplog.records] == told
