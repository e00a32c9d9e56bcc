from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.authentication.known_browser import MOST_BROWSERS, KnowBrowser
from proofup.storage.store import Store
from proofup.values.ids import UserId
from storage.samples import MINUTE, ROBIN, START, known_browser, user

pytestmark = pytest.mark.anyio
SAM = UserId("sam")


async def test_a_browser_is_read_back_as_it_was_stored(store: Store) -> None:
    await store.commit(user(), KnowBrowser(browser=known_browser(), before=None))
    assert await store.browsers.by_token(b"browser", ROBIN) == known_browser()
    assert await store.browsers.by_token(b"browser", SAM) is None
    assert await store.browsers.by_token(b"another", ROBIN) is None


async def test_every_account_of_a_browser_goes_on_under_its_new_token(store: Store) -> None:
    sams = replace(known_browser("b-2"), user_id=SAM)
    later = replace(known_browser(), token_digest=b"new", expires_at=START + 9 * MINUTE, epoch=1)
    await store.commit(
        user(),
        user(SAM),
        KnowBrowser(browser=known_browser(), before=None),
        KnowBrowser(browser=sams, before=None),
        KnowBrowser(browser=later, before=b"browser"),
    )
    assert await store.browsers.by_token(b"browser", ROBIN) is None
    assert await store.browsers.by_token(b"new", ROBIN) == later
    assert await store.browsers.by_token(b"new", SAM) == replace(sams, token_digest=b"new")


async def test_I10_of_many_browsers_the_one_used_longest_ago_is_forgotten(store: Store) -> None:
    await store.commit(user())
    for number in range(MOST_BROWSERS + 2):
        new = replace(
            known_browser(f"b-{number}", b"browser %d" % number),
            expires_at=START + timedelta(days=365, minutes=number),
        )
        await store.commit(KnowBrowser(browser=new, before=None))
    kept = [
        await store.browsers.by_token(b"browser %d" % number, ROBIN) is not None
        for number in range(MOST_BROWSERS + 2)
    ]
    assert kept == [False, False, *[True] * MOST_BROWSERS]
