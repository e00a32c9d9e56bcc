"""Devices that can be woken are counted by the key that their browsers know, on either engine."""

import os

import pytest

from proofup.methods.microsoft_authenticator import MicrosoftAuthenticator
from proofup.methods.registered_methods import AddMethod, NewMethod
from proofup.storage.maintenance.subscriptions import subscribed_keys
from proofup.storage.store import Store
from proofup.values.ids import MethodId
from proofup.values.messages import Subscription
from storage.samples import ROBIN, START, method, user

pytestmark = pytest.mark.anyio
APP = MicrosoftAuthenticator()


def device(number: int, server_key: bytes | None) -> AddMethod:
    held = APP.candidate(
        {},
        NewMethod(
            id=MethodId(f"d-{number}"), user_id=ROBIN, slot=f"authenticator.{number}", at=START
        ),
        os.urandom,
    )
    place = server_key and Subscription(
        endpoint="https://push.example/1", p256dh=b"p", auth=b"a", server_key=server_key
    )
    return AddMethod(method=APP.subscribed(held, place or None))


async def test_devices_are_counted_by_the_key_they_know(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.storage.maintenance.subscriptions.BATCH", 1)
    keys = (b"old", b"new", None, b"new")
    await store.commit(
        user(), AddMethod(method=method()), *(device(at, key) for at, key in enumerate(keys, 1))
    )
    assert await subscribed_keys(store, [APP]) == {b"old": 1, b"new": 2}
