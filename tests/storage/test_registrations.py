import asyncio

import pytest
from msgspec.structs import replace

from proofup.directory.invitations import OpenInvitation, SpendInvitation
from proofup.notices.link import OpenNoticeLink, SpendNoticeLink
from proofup.registration.pending import FinishRegistration, OpenRegistration
from proofup.storage.store import Store
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import RegistrationId
from storage.samples import MINUTE, START, invitation, link, registration, user

pytestmark = pytest.mark.anyio
ID = RegistrationId("r-1")


async def test_a_registration_comes_back(store: Store) -> None:
    await store.commit(user(), OpenRegistration(registration=registration()))
    assert await store.registrations.by_id(ID) == registration()
    assert await store.registrations.by_id(RegistrationId("another")) is None


async def test_a_registration_ends_once_and_forgets_what_it_was_about(store: Store) -> None:
    await store.commit(user(), OpenRegistration(registration=registration()))
    outcomes = await asyncio.gather(
        *(
            store.commit(FinishRegistration(registration_id=ID, at=START + MINUTE))
            for _ in range(10)
        ),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, AlreadySpentError) for outcome in outcomes) == 9
    assert await store.registrations.by_id(ID) == replace(
        registration(),
        candidate=replace(registration().candidate, document=b""),
        finished_at=START + MINUTE,
    )


async def test_the_link_of_a_notice_works_once(store: Store) -> None:
    await store.commit(user(), OpenNoticeLink(link=link()))
    assert await store.notice_links.by_token(b"link") == link()
    assert await store.notice_links.by_token(b"another") is None
    at = START + MINUTE
    outcomes = await asyncio.gather(
        *(store.commit(SpendNoticeLink(token_digest=b"link", at=at)) for _ in range(10)),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert await store.notice_links.by_token(b"link") == replace(link(), spent_at=at)


async def test_the_link_of_a_notice_does_not_work_for_ever(store: Store) -> None:
    await store.commit(user(), OpenNoticeLink(link=link()))
    with pytest.raises(AlreadySpentError):
        await store.commit(SpendNoticeLink(token_digest=b"link", at=link().expires_at))


async def test_RC5_of_ten_who_use_one_invitation_one_does(store: Store) -> None:
    await store.commit(user(), OpenInvitation(invitation=invitation()))
    assert await store.invitations.by_token(b"invitation") == invitation()
    assert await store.invitations.by_token(b"another") is None
    at = START + MINUTE
    spend = SpendInvitation(token_digest=b"invitation", at=at)
    found = await asyncio.gather(*(store.commit(spend) for _ in range(10)), return_exceptions=True)
    assert sum(one is None for one in found) == 1
    assert sum(isinstance(one, AlreadySpentError) for one in found) == 9
    assert await store.invitations.by_token(b"invitation") == replace(invitation(), spent_at=at)


async def test_RC5_an_invitation_that_is_over_cannot_be_used(store: Store) -> None:
    await store.commit(user(), OpenInvitation(invitation=invitation()))
    with pytest.raises(AlreadySpentError):
        await store.commit(SpendInvitation(token_digest=b"invitation", at=invitation().expires_at))


async def test_a_newer_invitation_takes_the_place_of_the_older(store: Store) -> None:
    await store.commit(user(), OpenInvitation(invitation=invitation()))
    await store.commit(OpenInvitation(invitation=invitation(b"newer")))
    assert await store.invitations.by_token(b"invitation") is None
    assert await store.invitations.by_token(b"newer") == invitation(b"newer")
