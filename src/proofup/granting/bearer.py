"""What a request with an access token may do: the token becomes an actor.

The signature may have been verified before. Whether account and application are enabled and at the
token's epochs, and which roles and permissions they have, is read for each request.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import UNSET, Struct
from msgspec.structs import replace

from proofup.directory.roles import Assignment
from proofup.directory.users import Person
from proofup.granting.finding import application_with
from proofup.granting.ports import Ports
from proofup.policy.actor import ActingApplication, Actor, ActorKind
from proofup.policy.proofs import Proofs
from proofup.policy.scopes import permitted_by, permitted_on_oneself_by
from proofup.tokens.access_token import CLAIMS_CHALLENGE, SKEW, AccessClaims, claims_of
from proofup.tokens.application import GRAPH, Application
from proofup.tokens.jwt import BadTokenError, TokenType, header_of, verified
from proofup.values.client import Client
from proofup.values.clock import EPOCH
from proofup.values.errors import ProofupError
from proofup.values.ids import ApplicationId, CorrelationId, UserId


class Reason(StrEnum):
    """Why a token is refused."""

    MALFORMED = "malformed"
    BAD_SIGNATURE = "bad signature"  # or of an unknown key, or with another algorithm
    WRONG_TYPE = "wrong type"
    WRONG_ISSUER = "wrong issuer"
    WRONG_AUDIENCE = "wrong audience"
    NOT_YET_VALID = "not yet valid"
    EXPIRED = "expired"
    REVOKED = "revoked"  # by the account's epoch, or it is disabled
    APPLICATION_REVOKED = "application revoked"  # by its epoch, or it is disabled or deleted


class TokenRefusedError(ProofupError):
    """The token lets nobody in; ``claims_challenge`` says that its client can take a challenge."""

    def __init__(self, reason: Reason, *, claims_challenge: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.claims_challenge = claims_challenge


class Bearer(Struct, frozen=True, kw_only=True):
    """The holder of a token that is good now.

    ``scopes`` are Graph's permissions in lower case: delegated ones, or those that an application
    still has of the ones in its token. ``person`` is None if the application acts for itself.
    """

    actor: Actor
    scopes: frozenset[str]
    is_application: bool
    application_id: ApplicationId
    person: Person | None
    claims_challenge: bool


async def bearer(
    ports: Ports,
    token: str,
    *,
    correlation_id: CorrelationId,
    client: Client | None,
    language: str,
    at: datetime,
) -> Bearer:
    """Return who holds an access token for Graph. Raises TokenRefusedError."""
    claims = await signed_claims(ports, token, at=at)
    check_standing(claims, ports.tenant.issuer, GRAPH, at=at)
    challenge = claims.xms_cc is not UNSET and CLAIMS_CHALLENGE in claims.xms_cc
    application = await application_with(ports, claims.appid)
    if application is None or not application.is_open(claims.app_epoch):
        raise TokenRefusedError(Reason.APPLICATION_REVOKED, claims_challenge=challenge)
    actor = Actor(
        id=application.id,
        kind=ActorKind.APPLICATION,
        application=ActingApplication(id=application.id, epoch=application.epoch),
        correlation_id=correlation_id,
        client=client,
        language=language,
    )
    if claims.is_application:
        return _of_application(claims, application, actor, challenge=challenge)
    person = await ports.people.by_id(UserId(claims.oid))
    if person is None or claims.epoch is UNSET or not person.account.is_open(claims.epoch):
        raise TokenRefusedError(Reason.REVOKED, claims_challenge=challenge)
    if claims.family is UNSET or not await ports.families.is_open(claims.family, at=at):
        raise TokenRefusedError(Reason.REVOKED, claims_challenge=challenge)
    roles = await ports.roles.of_user(person.user.id, at=at)
    return _of_person(claims, person, roles, actor, challenge=challenge)


def check_standing(claims: AccessClaims, issuer: str, audience: str, *, at: datetime) -> None:
    """Refuse claims of another service, for another resource, or of another time."""
    now = at.timestamp()
    if claims.iss != issuer:
        raise TokenRefusedError(Reason.WRONG_ISSUER)
    if claims.aud != audience:
        raise TokenRefusedError(Reason.WRONG_AUDIENCE)
    if now + SKEW.total_seconds() < claims.nbf:
        raise TokenRefusedError(Reason.NOT_YET_VALID)
    if now >= claims.exp:
        raise TokenRefusedError(Reason.EXPIRED)


async def signed_claims(ports: Ports, token: str, *, at: datetime) -> AccessClaims:
    """Return the claims of a token that one of our keys signed."""
    digest = hashlib.sha256(token.encode(errors="replace")).digest()
    known = ports.verified.get(digest, at)
    if known is not None:
        return known
    try:
        keys = await ports.keys.published(at, kid=header_of(token).kid)
        claims = claims_of(verified(token, keys, TokenType.ACCESS))
    except BadTokenError as error:
        reasons = {"malformed": Reason.MALFORMED, "wrong type": Reason.WRONG_TYPE}
        raise TokenRefusedError(reasons.get(error.reason, Reason.BAD_SIGNATURE)) from error
    ports.verified.put(digest, claims)
    return claims


def _of_application(
    claims: AccessClaims, application: Application, actor: Actor, *, challenge: bool
) -> Bearer:
    scopes = claims.scopes & {name.lower() for name in application.permissions}
    return Bearer(
        actor=replace(
            actor,
            roles=frozenset(Assignment(role=role) for role in application.roles),
            scopes=permitted_by(scopes),
        ),
        scopes=scopes,
        is_application=True,
        application_id=application.id,
        person=None,
        claims_challenge=challenge,
    )


def _of_person(
    claims: AccessClaims,
    person: Person,
    roles: frozenset[Assignment],
    actor: Actor,
    *,
    challenge: bool,
) -> Bearer:
    return Bearer(
        actor=replace(
            actor,
            id=person.user.id,
            kind=ActorKind.PERSON,
            roles=roles,
            scopes=permitted_by(claims.scopes),
            own_scopes=permitted_on_oneself_by(claims.scopes),
            epoch=person.account.epoch,
            proofs=_proofs(claims),
        ),
        scopes=claims.scopes,
        is_application=False,
        application_id=claims.appid,
        person=person,
        claims_challenge=challenge,
    )


def _proofs(claims: AccessClaims) -> Proofs:
    """Return the proofs of the sign-in that the token is from."""
    first = claims.auth_time or claims.iat
    second = claims.proven or None
    return Proofs(
        first_at=EPOCH + timedelta(seconds=first),
        second_at=None if second is None else EPOCH + timedelta(seconds=second),
    )
