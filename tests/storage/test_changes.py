import asyncio
import importlib
import pkgutil
from asyncio import gather
from collections.abc import Iterator
from typing import get_args

import pytest

import proofup
from proofup.audit.entry import Entry
from proofup.directory.passwords import PasswordCredential, SetPassword
from proofup.methods.registered_methods import AddMethod
from proofup.policy.limits import Charge, CountTries, Limit
from proofup.policy.rules import Policy, SetPolicy
from proofup.policy.sending import SendWithin
from proofup.storage.conversions import Note
from proofup.storage.store import Store
from proofup.values.changes import Change, Commit
from proofup.values.clock import EPOCH
from proofup.values.errors import NameTakenError, SlotTakenError, StaleError
from proofup.values.ids import MessageId, UserId
from storage.samples import MINUTE, ROBIN, START, entry, message, method, user

pytestmark = pytest.mark.anyio


def all_changes(known: type[Change] = Change) -> Iterator[type[Change]]:
    for change in known.__subclasses__():
        yield change
        yield from all_changes(change)


async def test_every_change_there_is_can_be_written_in_one_way(store: Store) -> None:
    for module in pkgutil.walk_packages(proofup.__path__, "proofup."):
        if not module.name.endswith(("__main__", ".env")):  # these act when they are imported
            importlib.import_module(module.name)
    written = [change for one in store.aggregates for change in one.writes]
    of_all = [*written, *get_args(Note), Entry, SendWithin]
    assert sorted(map(str, all_changes())) == sorted(map(str, of_all))


async def test_all_of_a_commit_is_written_or_nothing(store: Store) -> None:
    commit: Commit = store.commit
    await commit(user(), AddMethod(method=method()))
    with pytest.raises(SlotTakenError):
        await commit(
            entry(),
            AddMethod(method=method("m-2", "oath.1")),
            user(UserId("kim")),
            AddMethod(method=method("m-3")),
        )
    assert await store.people.by_id(UserId("kim")) is None
    assert await store.methods.of_user(ROBIN) == [method()]
    assert await store.audit.of_user(ROBIN, most=1) == []


async def test_a_message_beyond_its_budget_gives_way_to_something_else(store: Store) -> None:
    charge = Charge(key="k", limit=Limit(name="one", most=1, within=MINUTE))
    many = Limit(name="many", most=9, within=MINUTE)

    def within(name: str) -> SendWithin:
        otherwise = (CountTries(charges=(Charge(key="m", limit=many),), at=START), entry())
        return SendWithin(charges=(charge,), message=message(name), otherwise=otherwise, at=START)

    await store.commit(within("first"))
    assert await store.counters.spent("m", many, at=START) == 0
    await store.commit(entry(1), within("second"))
    await gather(*(store.commit(within(f"later-{number}")) for number in range(4)))
    assert await store.outbox.progress(MessageId("first"))
    assert await store.outbox.progress(MessageId("second")) is None
    assert await store.counters.spent("m", many, at=START) == 5
    assert len(await store.audit.of_user(ROBIN, most=9)) == 6
    assert await store.audit.verify() is None


async def test_of_many_acts_each_succeeds_or_fails_by_itself(store: Store) -> None:
    acts = [
        [user(UserId("kim")), entry(1)],
        [user(UserId("other"), "KIM@contoso.test"), entry(2)],
        [user(), AddMethod(method=method()), AddMethod(method=method("m-2")), entry(3)],
        [user(), AddMethod(method=method()), entry(4)],
    ]
    answers = await asyncio.gather(
        *(store.commit(*changes) for changes in acts), return_exceptions=True
    )
    kinds = [None, NameTakenError, SlotTakenError, None]
    assert [answer and type(answer) for answer in answers] == kinds
    assert await store.people.by_id(UserId("kim"))
    assert await store.methods.of_user(ROBIN) == [method()]
    assert await store.audit.of_user(ROBIN, most=10) == [entry(4), entry(1)]
    assert await store.audit.verify() is None


async def test_a_newer_password_takes_the_place_of_the_older(store: Store) -> None:
    await store.commit(user())
    assert await store.passwords.of_user(ROBIN) is None
    for verifier in ("$argon2id$1", "$argon2id$2"):
        new = PasswordCredential(
            user_id=ROBIN, verifier=verifier, pepper_id="p-1", changed_at=EPOCH
        )
        await store.commit(SetPassword(credential=new))
        assert await store.passwords.of_user(ROBIN) == new


async def test_rules_that_were_read_are_replaced_only_while_they_are_so(store: Store) -> None:
    first, second = Policy(block_days=5), Policy(block_days=6)
    await store.commit(SetPolicy(policy=first, was=Policy()))
    with pytest.raises(StaleError):
        await store.commit(SetPolicy(policy=second, was=Policy()))
    assert await store.policies.current() == first
    await store.commit(SetPolicy(policy=second, was=first))
    await store.commit(SetPolicy(policy=first))
    assert await store.policies.current() == first


async def test_of_two_who_set_the_first_rules_at_once_one_is_refused(store: Store) -> None:
    changes = [SetPolicy(policy=Policy(block_days=days), was=Policy()) for days in (5, 6)]
    answers = await gather(*(store.commit(one) for one in changes), return_exceptions=True)
    assert sorted(map(repr, answers)) == ["None", "StaleError()"]
