"""What a shown token lets its holder do, and when it lets nobody in."""

import base64
import json
from datetime import timedelta

import pytest

from proofup.administration.applications.changing import change_application
from proofup.administration.applications.rights import RightKind, remove_rights
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import RaiseEpoch, SetEnabled
from proofup.granting.bearer import Bearer, Reason, TokenRefusedError, bearer
from proofup.policy.actor import ActorKind
from proofup.policy.may_act import may_act, permitted
from proofup.policy.permissions import Permission
from proofup.policy.proofs import NotFreshError
from proofup.policy.roles import AUTHENTICATION_ADMINISTRATOR, HELPDESK_ADMINISTRATOR
from proofup.tokens.application import Application, DeleteApplication
from proofup.tokens.jwt import TokenType, sign
from proofup.values.errors import RevokedError, UnknownUserError
from proofup.values.ids import CorrelationId
from world import HOME, World

pytestmark = pytest.mark.anyio
WRITE_METHODS = "UserAuthenticationMethod.ReadWrite.All"
RESET = Permission.RESET_METHODS


async def shown(world: World, token: str) -> Bearer:
    return await bearer(
        world.granting,
        token,
        correlation_id=CorrelationId("c"),
        client=HOME,
        language="en",
        at=world.now,
    )


async def refusal(world: World, token: str) -> Reason:
    with pytest.raises(TokenRefusedError) as refused:
        await shown(world, token)
    return refused.value.reason


async def stored(world: World, application: Application) -> Application:
    found = await world.store.applications.by_id(application.id)
    assert found
    return found


async def test_an_application_acts_by_its_permissions(world: World) -> None:
    robin = await world.person()
    found = await shown(world, await world.app_token(WRITE_METHODS))
    assert found.is_application
    assert found.person is None
    assert found.scopes == {WRITE_METHODS.lower()}
    assert found.actor.kind is ActorKind.APPLICATION
    target = await world.target(robin.user.id)
    assert may_act(found.actor, RESET, target)
    assert not may_act(found.actor, Permission.SET_RULES)
    await world.store.commit(*permitted(found.actor, RESET, target, at=world.now))


async def test_AD9_an_application_without_a_role_reaches_no_administrator(world: World) -> None:
    robin = await world.person()
    await world.store.commit(AssignRole(user_id=robin.user.id, role=HELPDESK_ADMINISTRATOR))
    target = await world.target(robin.user.id)
    without = await shown(world, await world.app_token(WRITE_METHODS))
    assert not may_act(without.actor, RESET, target)
    low = await world.app_token(WRITE_METHODS, roles=frozenset({AUTHENTICATION_ADMINISTRATOR}))
    assert not may_act((await shown(world, low)).actor, RESET, target)
    high = await world.app_token(WRITE_METHODS, roles=frozenset({GLOBAL_ADMINISTRATOR}))
    assert may_act((await shown(world, high)).actor, RESET, target)
    read = await world.app_token("User.Read.All", roles=frozenset({GLOBAL_ADMINISTRATOR}))
    assert not may_act((await shown(world, read)).actor, RESET, target)


@pytest.mark.both_engines
async def test_AD9_a_right_that_is_lost_counts_no_more(world: World) -> None:
    application = await world.application(WRITE_METHODS, "User.Read.All")
    token = await world.token_of(application)
    held = await shown(world, token)
    conditions = permitted(held.actor, Permission.READ_USERS, at=world.now)
    await world.carry_out(
        remove_rights(world.host, application, RightKind.APPLICATION, [WRITE_METHODS], at=world.now)
    )
    with pytest.raises(RevokedError):
        await world.store.commit(*conditions)
    assert await refusal(world, token) is Reason.APPLICATION_REVOKED
    again = await shown(world, await world.token_of(await stored(world, application)))
    assert again.scopes == {"user.read.all"}


@pytest.mark.both_engines
async def test_a_disabled_or_deleted_application_is_refused_at_once(world: World) -> None:
    application = await world.application(WRITE_METHODS)
    token = await world.token_of(application)
    await shown(world, token)
    await world.carry_out(change_application(world.host, application, enabled=False, at=world.now))
    assert await refusal(world, token) is Reason.APPLICATION_REVOKED
    await world.store.commit(DeleteApplication(application_id=application.id))
    assert await refusal(world, token) is Reason.APPLICATION_REVOKED


async def test_AD9_a_person_is_limited_by_scope_and_by_role(world: World) -> None:
    ada, robin = await world.person("ada@contoso.test"), await world.person()
    target = await world.target(robin.user.id)
    token = await world.user_token(ada, WRITE_METHODS)
    assert not may_act((await shown(world, token)).actor, RESET, target)
    await world.store.commit(AssignRole(user_id=ada.user.id, role=GLOBAL_ADMINISTRATOR))
    found = await shown(world, token)
    assert may_act(found.actor, RESET, target)
    assert not may_act(found.actor, Permission.SET_RULES)
    assert found.person
    assert (found.person.user.id, found.is_application) == (ada.user.id, False)
    world.later(minutes=50)  # a token's proof is not too old while the token lives
    await world.store.commit(*permitted(found.actor, RESET, target, at=world.now))


async def test_an_administrator_without_a_second_proof_acts_on_nobody(world: World) -> None:
    ada, robin = await world.person("ada@contoso.test"), await world.person()
    await world.store.commit(AssignRole(user_id=ada.user.id, role=GLOBAL_ADMINISTRATOR))
    found = await shown(world, await world.user_token(ada, WRITE_METHODS, "User.Read", mfa=False))
    with pytest.raises(NotFreshError):
        permitted(found.actor, RESET, await world.target(robin.user.id), at=world.now)
    own = await world.target(ada.user.id)
    assert permitted(found.actor, Permission.READ_USERS, own, at=world.now)


async def test_a_person_without_a_role_reads_their_own_methods(world: World) -> None:
    robin, kim = await world.person(), await world.person("kim@contoso.test")
    found = await shown(world, await world.user_token(robin, "UserAuthenticationMethod.Read"))
    own, other = await world.target(robin.user.id), await world.target(kim.user.id)
    assert permitted(found.actor, Permission.READ_METHODS, own, at=world.now)
    assert not may_act(found.actor, Permission.DELETE_METHODS, own)
    with pytest.raises(UnknownUserError):
        permitted(found.actor, Permission.READ_METHODS, other, at=world.now)


@pytest.mark.both_engines
async def test_a_raised_epoch_ends_the_token_of_a_person(world: World) -> None:
    robin = await world.person()
    token = await world.user_token(robin, "User.Read", takes_challenges=True)
    assert (await shown(world, token)).claims_challenge
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    with pytest.raises(TokenRefusedError) as refused:
        await shown(world, token)
    assert refused.value.reason is Reason.REVOKED
    assert refused.value.claims_challenge
    await world.store.commit(SetEnabled(user_id=robin.user.id, enabled=False))
    assert await refusal(world, await world.user_token(robin, "User.Read")) is Reason.REVOKED


async def test_a_token_ends_with_its_time(world: World) -> None:
    token = await world.app_token(WRITE_METHODS)
    await shown(world, token)
    world.later(minutes=59, seconds=59)
    await shown(world, token)
    world.later(seconds=1)
    assert await refusal(world, token) is Reason.EXPIRED
    world.now -= timedelta(hours=2)
    assert await refusal(world, token) is Reason.NOT_YET_VALID


async def test_OI6_no_other_token_stands_for_an_access_token_of_graph(world: World) -> None:
    token = await world.app_token(WRITE_METHODS)
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    key = await world.granting.keys.signing(world.now)

    async def with_(token_type: TokenType = TokenType.ACCESS, **changed: object) -> Reason:
        payload = {name: one for name, one in {**claims, **changed}.items() if one is not None}
        return await refusal(world, sign(json.dumps(payload).encode(), key, token_type))

    assert await with_(TokenType.ID) is Reason.WRONG_TYPE
    assert await with_(aud="another") is Reason.WRONG_AUDIENCE
    assert await with_(iss="https://sts.windows.net/") is Reason.WRONG_ISSUER
    assert await with_(exp=None) is Reason.MALFORMED
    assert await with_(roles=None) is Reason.MALFORMED
    assert await with_(idtyp="user") is Reason.MALFORMED


async def test_OI5_only_our_keys_sign_and_the_token_chooses_nothing(world: World) -> None:
    token = await world.app_token(WRITE_METHODS)
    key = await world.granting.keys.signing(world.now)
    head, payload, signature = token.split(".")

    def header(**changed: object) -> str:
        told = {"alg": "RS256", "kid": key.id, "typ": "at+jwt", **changed}
        told = {name: one for name, one in told.items() if one is not None}
        return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()

    for changed in (
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "PS256"},
        {"kid": "another"},
        {"kid": None},
        {"crit": ["exp"], "exp": 1},
        {"jku": "https://evil.test/keys"},
        {"x5u": "https://evil.test/key"},
        {"jwk": {"kty": "oct", "k": "AA"}},
    ):
        for forged in (
            f"{header(**changed)}.{payload}.{signature}",
            f"{header(**changed)}.{payload}.",
        ):
            assert await refusal(world, forged) is Reason.BAD_SIGNATURE, changed
    for forged in (
        "",
        "a.b.c",
        token + ".",
        "é.é.é",
        "a" * 20_000,
        f"{head}.{payload}",
        "...",
    ):
        assert await refusal(world, forged) is Reason.MALFORMED
    for forged in (f"{head}..", f"{head}.{payload}.AAAA"):
        assert await refusal(world, forged) is Reason.BAD_SIGNATURE
