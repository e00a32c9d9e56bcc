"""Drill D14: the mail server is down for six hours, while people change their phones.

The clock is moved; the outbox, the sender and the mail server are real.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta

import pytest

from browser.outside import PostOffice, free_port, plain_text
from proofup.delivery.pace import Pace
from proofup.delivery.sender import Sender
from proofup.delivery.smtp import SmtpMailer, SmtpSecurity, SmtpSettings
from proofup.notices.link import LIFETIME as LINK_LIFETIME
from proofup.notices.notifying import Notification, notice
from proofup.pages.mails import RenderedMail
from proofup.storage.maintenance.state import waiting_of
from proofup.values.ids import CorrelationId
from world import HOME, World

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
AWAY = timedelta(hours=6)
STEP = timedelta(minutes=15)
SLOTS = 16  # of the sender
LONGEST_SECONDS = 20
GRACE = timedelta(seconds=10)
AT_ONCE = Pace(first=timedelta(0), longest=timedelta(0))


@asynccontextmanager
async def sending(world: World, port: int) -> AsyncIterator[None]:
    """Send the world's mails to ``port``, where nobody may listen."""

    def render(_template: str, facts: Mapping[str, str], _language: str) -> RenderedMail:
        return RenderedMail(facts["now"], facts["until"], "<p>")

    settings = SmtpSettings(
        host="127.0.0.1",
        port=port,
        security=SmtpSecurity.NONE,
        user=None,
        password=None,
        sender="Contoso <no-reply@contoso.test>",
    )
    sender = Sender(
        outbox=world.store.outbox,
        texts={},
        calls={},
        mails=SmtpMailer(settings, render=render, clock=lambda: world.now),
        clock=lambda: world.now,
        trouble_pace=AT_ONCE,
    )
    sender.start()
    try:
        yield
    finally:
        await sender.stop(GRACE)


async def change_something(world: World, number: int) -> None:
    """Tell somebody of a change, at the world's time."""
    person = await world.store.people.by_name("robin.ashby@contoso.test")
    assert person
    notification = Notification(
        user=person.user, correlation_id=CorrelationId(f"c-{number}"), client=HOME, language="en"
    )
    facts = {"now": f"number {number}"}
    await world.store.commit(
        *notice(world.room.notifier, notification, "method-changed", facts, at=world.now)
    )


async def test_D14_mails_wait_for_their_server_and_go_in_order_once_each(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.delivery.sender.LOOKING_PAUSE", timedelta(milliseconds=5))
    await world.person(phone="+44 7700 900067")
    port = free_port()
    since, told = world.now, 0
    async with sending(world, port):
        while world.now < since + AWAY:
            for _ in range(3):
                await change_something(world, told)
                told += 1
            world.later(seconds=STEP.total_seconds())
            await asyncio.sleep(0.02)  # the sender looks, and fails
        await change_something(world, told)
        told += 1
        with closing(PostOffice(port)) as post_office:
            async with asyncio.timeout(LONGEST_SECONDS):
                while len(post_office.mails) < told:
                    world.later(seconds=1)
                    await asyncio.sleep(0.01)
            mails = post_office.mails
    numbers = [int(str(mail["subject"]).rpartition(" ")[2]) for mail in mails]
    assert sorted(numbers) == list(range(told)), "each came, and came once"
    # The first mail probes whether the server is back; then sixteen are sent in parallel.
    assert all(abs(place - number) <= SLOTS for place, number in enumerate(numbers)), numbers
    assert len({mail["message-id"] for mail in mails}) == told
    late = [datetime.fromisoformat(plain_text(mail).strip()) for mail in mails]
    assert min(late) - world.now >= LINK_LIFETIME
    assert await waiting_of(world.store.engine) == {}
