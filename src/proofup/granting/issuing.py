"""Making the tokens of a person: access token, ID token and refresh token, all of one family."""

from datetime import datetime, timedelta

from msgspec import Struct

from proofup.directory.users import Person, RequireEpoch
from proofup.granting.app_roles import app_roles_of
from proofup.granting.client_credentials import Granted
from proofup.granting.finding import required
from proofup.granting.group_claims import with_groups
from proofup.granting.ports import Ports
from proofup.granting.scopes import Scopes
from proofup.tokens.access_token import LIFETIME, Profile, for_person
from proofup.tokens.application import Application
from proofup.tokens.authorization import SignedIn
from proofup.tokens.family import AddRefreshToken
from proofup.tokens.id_token import client_info, id_claims
from proofup.tokens.jwt import TokenType, sign
from proofup.values.changes import Change
from proofup.values.ids import random_token, token_digest
from proofup.values.secret import Secret


class Tokens(Struct, frozen=True, kw_only=True):
    """What a person's grant gives; ``id_token`` and ``refresh_token`` only if asked for."""

    access: Granted
    id_token: Secret[str] | None
    refresh_token: Secret[str] | None
    client_info: str


class Holding(Struct, frozen=True, kw_only=True):
    """Whose tokens they are, for which application, and from which sign-in."""

    person: Person
    application: Application
    signed_in: SignedIn
    family_id: str


def profile_of(person: Person) -> Profile:
    """Return what tokens tell of a person."""
    user = person.user
    return Profile(
        user_id=user.id,
        user_principal_name=user.user_principal_name,
        name=user.display_name,
        mail=user.mail,
    )


def still_in_force(holding: Holding) -> tuple[Change, ...]:
    """Return what must hold when tokens are given: account and application as they were read."""
    epoch = RequireEpoch(user_id=holding.person.user.id, epoch=holding.signed_in.epoch)
    return (epoch, *required(holding.application))


def new_refresh_token(
    ports: Ports, holding: Holding, scopes: Scopes, at: datetime
) -> tuple[Secret[str] | None, tuple[Change, ...]]:
    """Return a refresh token and what stores it, if ``offline_access`` was asked for."""
    if "offline_access" not in scopes.openid:
        return None, ()
    token = random_token(ports.entropy)
    added = AddRefreshToken(token_digest=token_digest(token), family_id=holding.family_id, at=at)
    return Secret(token), (added,)


async def tokens_for(
    ports: Ports,
    holding: Holding,
    scopes: Scopes,
    *,
    refresh_token: Secret[str] | None,
    nonce: str | None = None,
    takes_challenges: bool,
    at: datetime,
) -> Tokens:
    """Return signed tokens. Their family and the refresh token are stored by the caller."""
    access = await access_token_for(
        ports, holding, scopes, takes_challenges=takes_challenges, at=at
    )
    id_token = None
    if "openid" in scopes.openid:
        claims = id_claims(
            profile_of(holding.person),
            holding.signed_in,
            holding.application.id,
            ports.tenant,
            nonce=nonce,
            openid=scopes.openid,
            app_roles=await app_roles_of(ports, holding.application, holding.person.user.id),
            access_token=access.access_token.reveal(),
            at=at,
        )
        user_id = holding.person.user.id
        claims = await with_groups(ports, claims, holding.application, user_id)
        key = await ports.keys.signing(at)
        id_token = Secret(sign(claims.as_json(), key, TokenType.ID))
    return Tokens(
        access=access,
        id_token=id_token,
        refresh_token=refresh_token,
        client_info=client_info(holding.person.user.id, ports.tenant),
    )


async def access_token_for(
    ports: Ports, holding: Holding, scopes: Scopes, *, takes_challenges: bool, at: datetime
) -> Granted:
    """Return an access token."""
    claims = for_person(
        profile_of(holding.person),
        holding.signed_in,
        holding.application,
        ports.tenant,
        family_id=holding.family_id,
        audience=scopes.audience,
        scopes=scopes.in_token,
        app_roles=await app_roles_of(ports, scopes.resource, holding.person.user.id),
        takes_challenges=takes_challenges,
        at=at,
        entropy=ports.entropy,
    )
    claims = await with_groups(ports, claims, scopes.resource, holding.person.user.id)
    token = sign(claims.as_json(), await ports.keys.signing(at), TokenType.ACCESS)
    return Granted(
        access_token=Secret(token),
        expires_in_seconds=LIFETIME // timedelta(seconds=1),
        scope=scopes.answer,
    )
