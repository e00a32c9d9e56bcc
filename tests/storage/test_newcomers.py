from collections.abc import Sequence

import pytest

from proofup.administration.add_people import AddPeople
from proofup.administration.newcomer import Newcomer
from proofup.audit.entry import Entry
from proofup.audit.events.accounts import UserAdded
from proofup.directory.passwords import PasswordCredential
from proofup.directory.users import Account, User
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.storage.newcomers import TakenName
from proofup.storage.store import Store
from proofup.values.errors import NameTakenError
from proofup.values.ids import CorrelationId, MethodId, UserId, random_id
from world import START, World

pytestmark = pytest.mark.anyio
MANY = 120  # more than one statement takes


def newcomer(store: Store, name: str) -> Newcomer:
    entropy = store.methods.document.entropy
    user_id = UserId(random_id(entropy))
    return Newcomer(
        user=User(id=user_id, user_principal_name=name, display_name="R", created_at=START),
        account=Account(user_id=user_id),
        methods=[
            RegisteredMethod(
                id=MethodId(random_id(entropy)),
                user_id=user_id,
                kind=MethodKind("phone"),
                slot="phone.mobile",
                document=b'{"number": "+44 7700900067"}',
                created_at=START,
            )
        ],
        credential=PasswordCredential(
            user_id=user_id, verifier="v", pepper_id="p", changed_at=START
        ),
    )


def entries(people: Sequence[Newcomer]) -> list[Entry]:
    return [
        Entry(
            at=START,
            event=UserAdded(),
            actor="host",
            target=one.user.id,
            succeeded=True,
            correlation_id=CorrelationId("c"),
        )
        for one in people
    ]


async def test_AU1_people_come_in_with_all_they_have_and_each_with_an_entry(store: Store) -> None:
    people = [newcomer(store, f"U{number}@contoso.test") for number in range(MANY)]
    await store.commit(AddPeople(people), *entries(people))
    for number in (0, MANY - 1):
        person = await store.people.by_name(f"u{number}@contoso.test")
        assert person
        assert (person.user, person.account) == (people[number].user, people[number].account)
        assert await store.methods.of_user(person.user.id) == people[number].methods
        assert await store.passwords.of_user(person.user.id) == people[number].credential
        (entry,) = await store.audit.of_user(person.user.id, most=9)
        assert entry.event == UserAdded()
    assert await store.audit.verify() is None
    assert await store.newcomers.taken(["u7@contoso.test", "kim@contoso.test"]) == {
        "u7@contoso.test": TakenName("u7@contoso.test", "U7@contoso.test", START)
    }
    assert await store.newcomers.taken([]) == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("istanbul@contoso.test", "\u0130stanbul@contoso.test"),
        ("\u0131stanbul@contoso.test", "istanbul@contoso.test"),
        ("\u0131stanbul@contoso.test", "\u0130stanbul@contoso.test"),
    ],
)
async def test_WE1_nobody_comes_in_under_a_name_that_looks_like_another(
    world: World, first: str, second: str
) -> None:
    await world.person(first)
    people = [newcomer(world.store, second)]
    with pytest.raises(NameTakenError):
        await world.store.commit(AddPeople(people), *entries(people))
    with pytest.raises(NameTakenError):
        await world.person(second)


async def test_nobody_comes_in_where_one_name_is_taken(world: World) -> None:
    await world.person("robin@contoso.test")
    store = world.store
    people = [newcomer(store, "lee@contoso.test"), newcomer(store, "ROBIN@contoso.test")]
    with pytest.raises(NameTakenError):
        await store.commit(AddPeople(people), *entries(people))
    assert await store.people.by_name("lee@contoso.test") is None
    assert await store.audit.verify() is None
