import asyncio

import pytest
from msgspec.structs import replace

from proofup.authentication.signin import AdvanceSignIn, OpenSignIn
from proofup.policy.proofs import Proofs
from proofup.storage.store import Store
from proofup.values.errors import StaleError
from proofup.values.ids import SessionId, UserId
from proofup.values.ways import Way
from storage.samples import MINUTE, START, sign_in, user

pytestmark = pytest.mark.anyio


@pytest.fixture
async def signing_in(store: Store) -> Store:
    """Give a store with one sign-in in progress."""
    await store.commit(user(), OpenSignIn(sign_in=sign_in()))
    return store


async def test_a_sign_in_comes_back_by_its_browser(signing_in: Store) -> None:
    assert await signing_in.sign_ins.by_token(b"browser") == sign_in()
    assert await signing_in.sign_ins.by_token(b"another") is None


async def test_a_name_that_nobody_has_is_kept_too(store: Store) -> None:
    unknown = replace(sign_in(), user_id=None, proofs=Proofs(), return_to=None)
    await store.commit(OpenSignIn(sign_in=unknown))
    assert await store.sign_ins.by_token(b"browser") == unknown


async def test_a_newer_sign_in_of_a_browser_takes_the_place_of_the_older(signing_in: Store) -> None:
    await asyncio.gather(
        *(signing_in.commit(OpenSignIn(sign_in=sign_in(f"new-{number}"))) for number in range(10))
    )
    found = await signing_in.sign_ins.by_token(b"browser")
    assert found
    assert found.id.startswith("new-")
    with pytest.raises(StaleError):
        await signing_in.commit(AdvanceSignIn(sign_in=sign_in()))


async def test_each_step_is_taken_once(signing_in: Store) -> None:
    proven = replace(
        sign_in(),
        proofs=Proofs(
            first_at=START,
            second_at=START + MINUTE,
            second_way=Way("oath"),
            first_way=Way("sms"),
        ),
        stay=True,
    )
    outcomes = await asyncio.gather(
        *(signing_in.commit(AdvanceSignIn(sign_in=proven)) for _ in range(20)),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, StaleError) for outcome in outcomes) == 19
    assert await signing_in.sign_ins.by_token(b"browser") == replace(proven, revision=1)


async def test_whose_it_is_was_settled_when_it_was_opened(signing_in: Store) -> None:
    other = replace(
        sign_in(),
        token_digest=b"another browser",
        user_id=UserId("kim"),
        session_id=SessionId("k-1"),
        return_to="/elsewhere",
    )
    await signing_in.commit(AdvanceSignIn(sign_in=other))
    assert await signing_in.sign_ins.by_token(b"another browser") is None
    assert await signing_in.sign_ins.by_token(b"browser") == replace(sign_in(), revision=1)


async def test_a_finished_sign_in_goes_nowhere(signing_in: Store) -> None:
    await signing_in.commit(AdvanceSignIn(sign_in=replace(sign_in(), finished_at=START)))
    with pytest.raises(StaleError):
        await signing_in.commit(AdvanceSignIn(sign_in=replace(sign_in(), revision=1)))
