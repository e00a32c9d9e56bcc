"""An API that calls another for a person."""

from typing import Any

import pytest
from msgspec.structs import replace

from proofup.directory.users import Person
from proofup.granting.caller import Caller
from proofup.granting.issuing import Tokens, profile_of
from proofup.granting.on_behalf_of import on_behalf_of
from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.tokens.access_token import for_application, for_person
from proofup.tokens.application import Application, ExposedScope
from proofup.tokens.authorization import SignedIn
from proofup.tokens.family import Family, OpenFamily, RevokeFamily
from proofup.tokens.jwt import TokenType, sign
from proofup.values.changes import Change
from proofup.values.errors import RevokedError
from proofup.values.ids import CorrelationId, random_id
from world import HOME, World

pytestmark = pytest.mark.anyio


async def api(world: World, **properties: Any) -> Application:
    return await world.application(
        name="Phone API",
        identifier_uris=("api://phones",),
        exposed_scopes=(ExposedScope(id="s-1", value="Phones.Read", name="Read phones"),),
        consented=frozenset({"User.Read"}),
        **properties,
    )


async def shown(world: World, phones: Application, robin: Person) -> tuple[str, Family]:
    """Return a token with which a site calls ``phones`` for a person, and its family."""
    site = await world.application(name="Site")
    signed_in = SignedIn(
        user_id=robin.user.id,
        epoch=robin.account.epoch,
        signed_in_at=world.now,
        proven_at=None,
        amr=("pwd",),
    )
    family = Family(
        id=random_id(world.entropy),
        application_id=site.id,
        signed_in=signed_in,
        scope="api://phones/Phones.Read",
        started_at=world.now,
    )
    await world.store.commit(OpenFamily(family=family))
    claims = for_person(
        profile_of(robin),
        signed_in,
        site,
        world.granting.tenant,
        family_id=family.id,
        audience=phones.id,
        app_roles=(),
        scopes=("Phones.Read",),
        takes_challenges=False,
        at=world.now,
        entropy=world.entropy,
    )
    key = await world.granting.keys.signing(world.now)
    return sign(claims.as_json(), key, TokenType.ACCESS), family


async def acts(
    world: World, phones: Application, assertion: str, *, ports: Ports | None = None
) -> Tokens:
    return await on_behalf_of(
        ports or world.granting,
        phones,
        assertion,
        scope="https://graph.microsoft.com/User.Read",
        takes_challenges=False,
        caller=Caller(client=HOME, correlation_id=CorrelationId("c"), at=world.now),
    )


async def refusal(
    world: World, phones: Application, assertion: str, *, ports: Ports | None = None
) -> Refused:
    with pytest.raises(GrantRefusedError) as refused:
        await acts(world, phones, assertion, ports=ports)
    return refused.value.reason


async def test_a_public_client_acts_for_nobody(world: World) -> None:
    phones = await api(world, is_public=True)
    token, _ = await shown(world, phones, await world.person())
    assert await refusal(world, phones, token) is Refused.NOT_THIS_GRANT


async def test_a_token_of_an_application_is_of_no_person(world: World) -> None:
    phones = await api(world)
    claims = for_application(
        await world.application(),
        world.granting.tenant,
        audience=phones.id,
        roles=frozenset(),
        takes_challenges=False,
        at=world.now,
        entropy=world.entropy,
    )
    token = sign(claims.as_json(), await world.granting.keys.signing(world.now), TokenType.ACCESS)
    assert await refusal(world, phones, token) is Refused.BAD_USER_ASSERTION


async def test_it_ends_with_the_sign_in_that_it_came_from(world: World) -> None:
    phones, robin = await api(world), await world.person()
    token, family = await shown(world, phones, robin)
    assert (await acts(world, phones, token)).access.access_token

    async def revoked(*_: Change) -> None:
        raise RevokedError

    late = replace(world.granting, commit=revoked)
    assert await refusal(world, phones, token, ports=late) is Refused.REVOKED
    await world.store.commit(RevokeFamily(family_id=family.id, at=world.now))
    assert await refusal(world, phones, token) is Refused.REVOKED
