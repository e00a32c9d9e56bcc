import asyncio
from datetime import datetime

import pytest
from msgspec.structs import replace

from proofup.challenges.challenge import ChallengeState, ConsumeChallenge, OpenChallenge
from proofup.storage.store import Store
from proofup.values.errors import AlreadySpentError, StoreBusyError
from proofup.values.ids import ChallengeId
from proofup.values.ways import Way
from storage.samples import MINUTE, START, challenge, user

pytestmark = pytest.mark.anyio


def consume(name: str, at: datetime = START + MINUTE) -> ConsumeChallenge:
    return ConsumeChallenge(challenge_id=ChallengeId(name), way=Way("sms"), at=at)


@pytest.fixture
async def asking(store: Store) -> Store:
    """Give a store with one open challenge."""
    await store.commit(user(), OpenChallenge(stored=challenge("c-1")))
    return store


async def states(store: Store, subject: str = "s-1") -> dict[str, ChallengeState]:
    found = await store.challenges.of_subject(subject, most=10)
    return {stored.challenge.id: stored.state for stored in found}


async def test_a_challenge_comes_back_without_its_message(asking: Store) -> None:
    assert await asking.challenges.of_subject("s-1", most=5) == [challenge("c-1")]
    assert await asking.challenges.of_subject("another", most=5) == []


async def test_a_newer_challenge_supersedes_the_open_ones_of_its_subject(asking: Store) -> None:
    await asking.commit(OpenChallenge(stored=challenge("other", subject="s-2")))
    await asking.commit(OpenChallenge(stored=challenge("c-2")))
    assert list((await states(asking)).items()) == [
        ("c-2", ChallengeState.OPEN),
        ("c-1", ChallengeState.SUPERSEDED),
    ]
    assert await states(asking, "s-2") == {"other": ChallengeState.OPEN}
    with pytest.raises(AlreadySpentError):
        await asking.commit(consume("c-1"))


async def test_only_so_many_are_read_and_the_newest_come_first(asking: Store) -> None:
    for number in range(2, 8):
        await asking.commit(OpenChallenge(stored=challenge(f"c-{number}")))
    latest = await asking.challenges.of_subject("s-1", most=3)
    assert [stored.challenge.id for stored in latest] == ["c-7", "c-6", "c-5"]


async def test_an_answered_challenge_forgets_its_verifier(asking: Store) -> None:
    await asking.commit(consume("c-1"))
    (found,) = await asking.challenges.of_subject("s-1", most=1)
    expected = replace(challenge("c-1").challenge, verifier=None)
    assert (found.state, found.challenge) == (ChallengeState.ANSWERED, expected)


async def test_a_challenge_that_is_over_is_not_consumed(asking: Store) -> None:
    with pytest.raises(AlreadySpentError):
        await asking.commit(consume("c-1", START + 3 * MINUTE))


async def test_SM2_of_thirty_answers_at_once_one_counts(asking: Store) -> None:
    for number in range(100):
        name = f"c-round-{number}"
        await asking.commit(OpenChallenge(stored=challenge(name)))
        outcomes = await asyncio.gather(
            *(asking.commit(consume(name)) for _ in range(30)), return_exceptions=True
        )
        assert outcomes.count(None) == 1
        assert sum(isinstance(outcome, AlreadySpentError) for outcome in outcomes) == 29


async def test_an_id_that_is_taken_is_not_put_again(asking: Store) -> None:
    with pytest.raises(StoreBusyError):
        await asking.commit(OpenChallenge(stored=challenge("c-1")))
    assert await states(asking) == {"c-1": ChallengeState.OPEN}


async def test_of_many_challenges_put_at_once_one_stays_open(asking: Store) -> None:
    await asyncio.gather(
        *(asking.commit(OpenChallenge(stored=challenge(f"n-{number}"))) for number in range(10))
    )
    found = await asking.challenges.of_subject("s-1", most=20)
    assert len(found) == 11
    assert [stored.state for stored in found].count(ChallengeState.OPEN) == 1
    assert found[0].state is ChallengeState.OPEN
