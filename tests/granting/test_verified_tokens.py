"""Remembered signatures: none lasts longer than its token, and there are never too many."""

from datetime import timedelta

import pytest

from proofup.granting import verified_tokens
from proofup.granting.verified_tokens import VerifiedTokens
from proofup.tokens.access_token import AccessClaims, for_application
from world import World

pytestmark = pytest.mark.anyio


async def claims(world: World) -> AccessClaims:
    return for_application(
        await world.application(),
        world.granting.tenant,
        audience="a",
        roles=frozenset(),
        takes_challenges=True,
        at=world.now,
        entropy=world.entropy,
    )


async def test_a_token_is_forgotten_when_it_expires(world: World) -> None:
    found, known = await claims(world), VerifiedTokens()
    known.put(b"1", found)
    assert known.get(b"1", world.now) is found
    assert known.get(b"1", world.now + timedelta(hours=1)) is None
    assert known.get(b"1", world.now) is None


async def test_the_least_recently_used_is_forgotten_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verified_tokens, "MOST", 2)
    found, known = await claims(world), VerifiedTokens()
    known.put(b"1", found)
    known.put(b"2", found)
    assert known.get(b"1", world.now)
    known.put(b"3", found)
    assert known.get(b"2", world.now) is None
    assert known.get(b"1", world.now)
