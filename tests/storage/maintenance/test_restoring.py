"""A restore voids everything that must not work again, on either engine."""

import os

import pytest

from proofup.authentication.known_browser import KnowBrowser
from proofup.authentication.session import OpenSession
from proofup.authentication.signin import OpenSignIn
from proofup.challenges.challenge import OpenChallenge
from proofup.methods.registered_methods import AddMethod
from proofup.notices.link import OpenNoticeLink
from proofup.registration.pending import OpenRegistration
from proofup.storage.maintenance.restoring import make_safe
from proofup.storage.store import Store
from proofup.values.ids import MessageId
from proofup.values.messages import DeliveryState, Mail, SendMessage
from storage.samples import (
    CORRELATION,
    MINUTE,
    ROBIN,
    START,
    challenge,
    entry,
    known_browser,
    link,
    message,
    method,
    registration,
    session,
    sign_in,
    user,
)
from world import World

pytestmark = pytest.mark.anyio


async def restored(store: Store) -> None:
    await make_safe(store, lambda held: held, entry(7), entropy=os.urandom, at=START + MINUTE)


async def test_D19_whatever_works_once_and_is_older_is_void(store: Store) -> None:
    mail = SendMessage(
        id=MessageId("mail"),
        content=Mail(to="robin@fabrikam.test", template="method-changed", facts={}),
        language="en",
        created_at=START,
        expires_at=START + 600 * MINUTE,
        correlation_id=CORRELATION,
    )
    await store.commit(
        user(),
        AddMethod(method=method()),
        OpenSignIn(sign_in=sign_in()),
        OpenSession(session=session()),
        KnowBrowser(browser=known_browser(), before=None),
        OpenChallenge(stored=challenge("c-1")),
        OpenRegistration(registration=registration()),
        OpenNoticeLink(link=link()),
        message(),
        mail,
    )
    await restored(store)
    assert await store.sign_ins.by_token(b"browser") is None
    assert await store.sessions.by_token(b"cookie") is None
    assert await store.browsers.by_token(b"browser", ROBIN) is None
    assert await store.registrations.by_id(registration().id) is None
    (asked,) = await store.challenges.of_subject("s-1", most=5)
    assert (asked.state, asked.challenge.verifier) == ("superseded", None)
    kept = await store.notice_links.by_token(b"link")
    assert kept
    assert kept.expires_at == START + MINUTE
    text = await store.outbox.progress(message().id)
    assert text
    assert text.state is DeliveryState.FAILED
    assert await store.outbox.claim("text", 5, MINUTE, START + MINUTE) == []
    assert len(await store.outbox.claim("mail", 5, MINUTE, START + MINUTE)) == 1
    person = await store.people.by_id(ROBIN)
    assert person
    assert person.account.epoch == 1000
    assert (await store.audit.of_user(ROBIN, most=1))[0].event == entry(7).event
    assert await store.audit.verify() is None


async def test_OT3_D19_no_app_of_anybody_accepts_a_code_of_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.storage.maintenance.restoring.BATCH", 2)
    people = [await world.person(f"p{number}@contoso.test", apps=2) for number in range(3)]
    catalogue = world.catalogue

    await make_safe(
        world.store,
        lambda held: catalogue.of(held).put_back(held, at=world.now),
        entry(7),
        entropy=os.urandom,
        at=world.now,
    )
    for person in people:
        for held in await world.store.methods.of_user(person.user.id):
            assert catalogue.of(held).put_back(held, at=world.now) == held
            assert held.revision == 1
