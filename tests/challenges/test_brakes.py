"""Every limit that stops somebody is written down, once an hour for each whom it counts."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from proofup.audit.events.challenges import LimitReached
from proofup.authentication.password import check_password
from proofup.authentication.recovery import redeem
from proofup.authentication.second_proof import ask, prove
from proofup.challenges.brakes import times_met
from proofup.challenges.spending import met_lately
from proofup.directory.users import Person
from proofup.policy import figures
from proofup.policy.rules import Policy, SetPolicy
from proofup.registration.password import change_password
from proofup.registration.recovery import make_codes
from proofup.values.errors import LimitReachedError
from proofup.values.secret import Secret
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"


async def entries(world: World, person: Person) -> list[LimitReached]:
    log = await world.store.audit.of_user(person.user.id, most=200)
    return [entry.event for entry in log if isinstance(entry.event, LimitReached)]


async def test_AU1_a_limit_that_stops_somebody_is_an_entry_once_an_hour(world: World) -> None:
    robin = await world.person(phone="+44 7700 900067")
    await world.challenged(ROBIN)
    for _ in range(2):
        with pytest.raises(LimitReachedError):
            await world.challenged(ROBIN)
    until = (world.now + timedelta(seconds=30)).isoformat(timespec="seconds")
    assert await entries(world, robin) == [LimitReached(limit="textAgain", until=until)]
    log = await world.store.audit.of_user(robin.user.id, most=1)
    assert (log[0].succeeded, log[0].network) == (False, "203.0.113.24")
    world.later(hours=1)
    await world.challenged(ROBIN)
    with pytest.raises(LimitReachedError):
        await world.challenged(ROBIN)
    assert len(await entries(world, robin)) == 2
    assert await met_lately(world.room, at=world.now) == [("textAgain", 2)]
    world.later(days=1)
    assert await met_lately(world.room, at=world.now) == []


@pytest.mark.both_engines
async def test_AU1_of_many_refusals_at_once_one_is_told(world: World) -> None:
    robin = await world.person(phone="+44 7700 900067")
    await world.challenged(ROBIN)
    standings = [await world.with_password(ROBIN) for _ in range(5)]
    refused = await asyncio.gather(
        *(ask(world.sign_in, here, None, at=world.now) for _, here in standings),
        return_exceptions=True,
    )
    assert all(isinstance(one, LimitReachedError) for one in refused)
    assert len(await entries(world, robin)) == 1
    assert await times_met(world.room, "textAgain", at=world.now) == 1


async def _password(world: World) -> None:
    _, sign_in = await world.begin(ROBIN)
    for number in range(11):
        await check_password(world.sign_in, sign_in, Secret(f"guess {number}"), at=world.now)


async def _code(world: World) -> None:
    _, here = await world.challenged(ROBIN)
    for _ in range(6):
        await prove(world.sign_in, here, "nonsense", at=world.now)


async def _recovery_code(world: World) -> None:
    _, here = await world.with_password(ROBIN)
    for _ in range(6):
        await redeem(world.sign_in, here, "nonsense", at=world.now)


async def _recovery_sets(world: World) -> None:
    found = await world.session(ROBIN)
    for _ in range(6):
        await make_codes(world.registration, await world.actor(found), at=world.now)


async def _change_of_password(world: World) -> None:
    found = await world.session(ROBIN)
    for number in range(11):
        present, new = Secret(f"guess {number}"), Secret("seven green bottles")
        actor = await world.actor(found)
        await change_password(world.registration, actor, present, new, at=world.now)


async def _names(world: World) -> None:
    for _ in range(301):
        await world.begin(ROBIN)


@pytest.mark.parametrize(
    ("tries", "limit"),
    [
        (_password, "passwordAccountNetwork"),
        (_code, "challenge"),
        (_recovery_code, "standIn"),
        (_recovery_sets, "recoverySets"),
        (_change_of_password, "passwordBrowser"),
        (_names, "signInsNetwork"),
    ],
)
async def test_AU1_every_way_to_meet_a_limit_is_told(
    world: World, tries: Callable[[World], Awaitable[None]], limit: str
) -> None:
    policy = Policy(limits={figures.SIGN_INS_OF_NETWORK.name: 300})
    await world.store.commit(SetPolicy(policy=policy))
    robin = await world.person(apps=1)
    with suppress(LimitReachedError):
        await tries(world)
    assert [event.limit for event in await entries(world, robin)] == [limit]


async def test_AU1_a_name_that_nobody_has_is_told_too(world: World) -> None:
    _, sign_in = await world.begin("nobody@contoso.test")
    for number in range(11):
        await check_password(world.sign_in, sign_in, Secret(f"guess {number}"), at=world.now)
    assert await met_lately(world.room, at=world.now) == [("passwordAccountNetwork", 1)]
