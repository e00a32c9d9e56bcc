"""What changes between the reading and the writing of a grant: nobody gets tokens by it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from proofup.directory.users import Person, SetEnabled
from proofup.granting.caller import Caller
from proofup.granting.code import exchange_code
from proofup.granting.device import answer_device, begin_device, exchange_device, scopes_of_device
from proofup.granting.ports import Ports
from proofup.granting.refresh import refresh
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.tokens.application import Application
from proofup.tokens.authorization import Code, OpenCode, SignedIn
from proofup.tokens.family import AddRefreshToken, Family, OpenFamily
from proofup.values.changes import Change
from proofup.values.errors import AlreadySpentError, ProofupError, RevokedError
from proofup.values.ids import CorrelationId, token_digest
from world import HOME, World

pytestmark = pytest.mark.anyio
RACES = (
    (AlreadySpentError, {Refused.SPENT_CODE, Refused.REUSED_REFRESH_TOKEN}),
    (RevokedError, {Refused.REVOKED}),
)


def losing(world: World, error: type[ProofupError]) -> Ports:
    """Return ports whose first write comes too late."""
    lost: list[bool] = []

    async def commit(*changes: Change) -> None:
        if not lost:
            lost.append(True)
            raise error
        await world.store.commit(*changes)

    return replace(world.granting, commit=commit)


def caller(world: World) -> Caller:
    return Caller(client=HOME, correlation_id=CorrelationId("c"), at=world.now)


def signed_in(world: World, person: Person) -> SignedIn:
    return SignedIn(
        user_id=person.user.id,
        epoch=0,
        signed_in_at=world.now,
        proven_at=None,
        amr=("pwd",),
    )


async def refusal(asked: Callable[[], Awaitable[Any]]) -> Refused:
    with pytest.raises(GrantRefusedError) as refused:
        await asked()
    return refused.value.reason


async def public(world: World) -> Application:
    return await world.application(is_public=True, consented=frozenset({"User.Read", "openid"}))


@pytest.mark.parametrize(("error", "told"), RACES)
async def test_a_code_or_refresh_token_that_was_lost_gives_nothing(
    world: World, error: type[ProofupError], told: set[Refused]
) -> None:
    application, here = await public(world), signed_in(world, await world.person())
    code = Code(
        application_id=application.id,
        redirect_uri="r",
        challenge=None,
        scope="User.Read",
        nonce=None,
        signed_in=here,
        family_id="f-1",
        expires_at=world.now + timedelta(minutes=1),
    )
    await world.store.commit(OpenCode(token_digest=token_digest("c"), code=code))
    family = Family(
        id="f-2",
        application_id=application.id,
        signed_in=here,
        scope="User.Read",
        started_at=world.now,
    )
    await world.store.commit(
        OpenFamily(family=family),
        AddRefreshToken(token_digest=token_digest("r"), family_id="f-2", at=world.now),
    )

    async def exchanges(verifier: str = "") -> None:
        await exchange_code(
            losing(world, error),
            application,
            "c",
            redirect_uri="r",
            verifier=verifier,
            takes_challenges=False,
            caller=caller(world),
        )

    async def refreshes() -> None:
        await refresh(
            losing(world, error),
            application,
            "r",
            scope="",
            takes_challenges=False,
            caller=caller(world),
        )

    assert await refusal(exchanges) in told
    assert await refusal(refreshes) in told
    assert await refusal(lambda: exchanges("v" * 43)) is Refused.WRONG_VERIFIER
    await world.store.commit(SetEnabled(user_id=here.user_id, enabled=False))
    assert await refusal(exchanges) is Refused.DISABLED_ACCOUNT


@pytest.mark.parametrize(("error", "told"), RACES)
async def test_an_approved_device_code_that_was_lost_gives_nothing(
    world: World, error: type[ProofupError], told: set[Refused]
) -> None:
    application, here = await public(world), signed_in(world, await world.person())
    ports, at = world.granting, world.now
    code, waiting = await begin_device(ports, application, "User.Read", at=at)
    scopes = await scopes_of_device(ports, application, waiting, here)
    await answer_device(
        ports, application, waiting, here, scopes, allowed=True, caller=caller(world)
    )

    async def exchanges() -> None:
        await exchange_device(
            losing(world, error),
            application,
            code.reveal(),
            caller(world),
            takes_challenges=False,
        )

    assert await refusal(exchanges) in told
    secretive = await world.application()
    assert await refusal(lambda: begin_device(ports, secretive, "User.Read", at=at)) is (
        Refused.NOT_THIS_GRANT
    )
