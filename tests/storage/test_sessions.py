import pytest
from msgspec.structs import replace

from proofup.authentication.session import (
    IDLE,
    ActiveSession,
    EndSession,
    OpenSession,
    RenewSession,
    Session,
    TouchSession,
)
from proofup.directory.users import RaiseEpoch
from proofup.policy.proofs import Proofs
from proofup.storage.store import Store
from proofup.values.errors import RevokedError
from proofup.values.ids import SessionId, UserId
from proofup.values.ways import Way
from storage.samples import CLIENT, MINUTE, ROBIN, START, session, user

pytestmark = pytest.mark.anyio


@pytest.fixture
async def signed_in(store: Store) -> Store:
    """Give a store with one session."""
    await store.commit(user(), OpenSession(session=session()))
    return store


async def visit(store: Store, token: bytes = b"cookie") -> ActiveSession:
    found = await store.sessions.by_token(token)
    assert found
    return found


async def test_a_session_comes_with_its_person_as_they_are_now(signed_in: Store) -> None:
    await signed_in.commit(RaiseEpoch(user_id=ROBIN))
    found = await visit(signed_in)
    assert found.session == session()
    assert found.person == await signed_in.people.by_id(ROBIN)
    assert (found.session.epoch, found.person.account.epoch) == (0, 1)
    assert await signed_in.sessions.by_token(b"another") is None


async def test_a_renewed_session_has_a_new_token_and_its_old_end(signed_in: Store) -> None:
    renewed = replace(
        session(token=b"new cookie"),
        proofs=Proofs(
            first_at=START + MINUTE,
            second_at=START + MINUTE,
            second_way=Way("oath"),
            first_way=Way("sms"),
        ),
        client=replace(CLIENT, agent="another"),
        last_seen_at=START + MINUTE,
        ends_at=START + 99 * MINUTE,
    )
    await signed_in.commit(RenewSession(session=renewed))
    assert await signed_in.sessions.by_token(b"cookie") is None
    found = await visit(signed_in, b"new cookie")
    assert found.session == replace(renewed, ends_at=session().ends_at)


@pytest.mark.parametrize("gone", [replace(session("gone")), replace(session(), epoch=1)])
async def test_a_session_that_is_gone_is_not_renewed(signed_in: Store, gone: Session) -> None:
    with pytest.raises(RevokedError):
        await signed_in.commit(RenewSession(session=gone))


async def test_a_visit_is_noted_and_never_turned_back(signed_in: Store) -> None:
    await signed_in.commit(TouchSession(session_id=SessionId("k-1"), at=START + 2 * MINUTE))
    await signed_in.commit(TouchSession(session_id=SessionId("k-1"), at=START + MINUTE))
    assert (await visit(signed_in)).session.last_seen_at == START + 2 * MINUTE
    await signed_in.commit(TouchSession(session_id=SessionId("gone"), at=START))


async def test_SE5_of_the_sessions_that_end_together_one_may_be_kept(signed_in: Store) -> None:
    await signed_in.commit(OpenSession(session=session("k-2", b"other cookie")))
    await signed_in.commit(RaiseEpoch(user_id=ROBIN, keep=SessionId("k-1")))
    assert (await visit(signed_in)).session.epoch == 1
    assert (await visit(signed_in, b"other cookie")).session.epoch == 0
    # A revoked session does not become valid again when it is named later.
    await signed_in.commit(RaiseEpoch(user_id=ROBIN, keep=SessionId("k-2")))
    assert (await visit(signed_in, b"other cookie")).session.epoch == 0


async def test_an_ended_session_is_gone(signed_in: Store) -> None:
    for _ in range(2):
        await signed_in.commit(EndSession(session_id=SessionId("k-1")))
        assert await signed_in.sessions.by_token(b"cookie") is None


async def test_SE4_a_person_finds_their_own_sessions_that_are_not_over(signed_in: Store) -> None:
    kim = UserId("kim")
    newest = replace(session("k-2", b"two"), last_seen_at=START + MINUTE)
    staying = replace(session("k-7", b"seven"), last_seen_at=START + MINUTE - 2 * IDLE, stays=True)
    others = (
        replace(session("k-3", b"three"), epoch=1),
        replace(session("k-4", b"four"), ends_at=START + MINUTE),
        replace(session("k-5", b"five"), last_seen_at=START + MINUTE - IDLE),
        replace(session("k-6", b"six"), user_id=kim),
    )
    opened = (OpenSession(session=one) for one in (newest, staying, *others))
    await signed_in.commit(user(kim), *opened)
    at = START + MINUTE
    found = await signed_in.sessions.of_user(ROBIN, epoch=0, at=at, most=9)
    assert found == [newest, session(), staying]
    assert await signed_in.sessions.of_user(ROBIN, epoch=0, at=at, most=1) == [newest]
