"""A person, what they hold, and the rules: read together."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.directory.users import RaiseEpoch
from proofup.methods.registered_methods import AddMethod, RegisteredMethod
from proofup.policy.rules import Policy, SetPolicy
from proofup.policy.subscriber import Subscribers
from proofup.storage.store import Store
from proofup.values.ids import UserId
from storage.samples import ROBIN, START, method, user

pytestmark = pytest.mark.anyio
KIM = UserId("kim")


def later(name: str, slot: str, *, minutes: int) -> RegisteredMethod:
    return replace(method(name, slot), created_at=START + timedelta(minutes=minutes))


async def test_nobody_holds_nothing(store: Store) -> None:
    subscribers: Subscribers = store.subscribers
    await store.commit(user())
    assert await subscribers.of(KIM) is None


async def test_who_holds_nothing_yet_is_found_under_the_rules_of_a_new_organisation(
    store: Store,
) -> None:
    await store.commit(user())
    found = await store.subscribers.of(ROBIN)
    assert found is not None
    assert found.person == await store.people.by_id(ROBIN)
    assert found.held == []
    assert found.policy == Policy()


async def test_what_is_held_comes_oldest_first_and_as_each_is_read_alone(store: Store) -> None:
    newest, oldest = later("m-2", "oath.1", minutes=9), later("m-3", "oath.2", minutes=-9)
    await store.commit(
        user(),
        user(KIM),
        *(AddMethod(method=one) for one in (newest, method(), oldest)),
        AddMethod(method=replace(method("m-9"), user_id=KIM)),
        SetPolicy(policy=Policy(stay_signed_in=True)),
        RaiseEpoch(user_id=ROBIN),
    )
    found = await store.subscribers.of(ROBIN)
    assert found is not None
    assert found.held == [oldest, method(), newest]
    assert found.held == await store.methods.of_user(ROBIN)
    assert found.person == await store.people.by_id(ROBIN)
    assert found.policy == await store.policies.current()
    assert found.policy.stay_signed_in
