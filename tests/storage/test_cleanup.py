from datetime import datetime, timedelta

import pytest

from proofup.authentication.known_browser import KnowBrowser
from proofup.authentication.session import OpenSession
from proofup.authentication.signin import OpenSignIn
from proofup.challenges.challenge import OpenChallenge
from proofup.directory.devices import RememberDevice
from proofup.directory.invitations import OpenInvitation
from proofup.method_changes.history import NotePastChange
from proofup.notices.link import OpenNoticeLink
from proofup.policy.limits import Charge, Limit
from proofup.registration.pending import OpenRegistration
from proofup.storage.store import Store
from storage.samples import (
    MINUTE,
    START,
    challenge,
    device,
    invitation,
    known_browser,
    link,
    message,
    past_change,
    registration,
    session,
    sign_in,
    user,
)

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIMIT = Limit(name="limit", most=5, within=MINUTE)
TABLES = (
    ("sign_ins", START + 10 * MINUTE + HOUR),
    ("challenges", START + 3 * MINUTE + HOUR),
    ("registrations", START + 30 * MINUTE + HOUR),
    ("counters", START.replace(minute=45, microsecond=0)),  # with others of its quarter
    ("sessions", START + HOUR),
    ("remembered_devices", START + 365 * DAY),
    ("known_browsers", START + HOUR),
    ("notice_links", START + HOUR + 30 * DAY),
    ("method_history", START + HOUR),
    ("invitations", START + HOUR + 30 * DAY),
    ("outbox", START + 3 * MINUTE + 30 * DAY),
)


async def fill(store: Store, number: int = 0) -> None:
    await store.commit(
        OpenSignIn(sign_in=sign_in(f"s-{number}", b"browser %d" % number)),
        OpenChallenge(stored=challenge(f"c-{number}")),
        OpenRegistration(registration=registration(f"r-{number}")),
        OpenSession(session=session(f"k-{number}", b"cookie %d" % number)),
        RememberDevice(device=device(f"d-{number}")),
        KnowBrowser(browser=known_browser(f"b-{number}", b"browser %d" % number), before=None),
        OpenNoticeLink(link=link(b"link %d" % number)),
        NotePastChange(past=past_change(f"h-{number}")),
        OpenInvitation(invitation=invitation(b"invitation %d" % number)),
        message(f"out-{number}"),
    )
    await store.counters.charge(Charge(key=f"counter:{number}", limit=LIMIT), at=START)


async def count(store: Store, table: str) -> int:
    ((found,),) = await store.engine.rows(f"SELECT COUNT(*) FROM {table}")
    return int(found)


@pytest.mark.parametrize(("table", "over_at"), TABLES)
async def test_each_is_kept_for_its_time_and_then_deleted(
    store: Store, table: str, over_at: datetime
) -> None:
    await store.commit(user())
    await fill(store)
    await store.cleanup(over_at - timedelta(microseconds=1))
    assert await count(store, table) == 1
    assert await store.cleanup(over_at) >= 1
    assert await count(store, table) == 0


async def test_what_lives_stays(store: Store) -> None:
    await store.commit(user())
    await fill(store)
    assert await store.cleanup(START) == 0


async def test_much_is_deleted_in_small_transactions_and_within_bounds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.storage.cleanup.BATCH", 2)
    monkeypatch.setattr("proofup.storage.cleanup.MOST_BATCHES", 2)
    await store.commit(user())
    for number in range(5):
        await fill(store, number)
    late, many = START + 400 * DAY, len(TABLES) - 1  # of invitations a person has one
    assert await store.cleanup(late) == 4 * many + 1
    assert await store.cleanup(late) == many
    assert await store.cleanup(late) == 0
