"""Access tokens: what a resource learns of who is calling (RFC 9068, in Entra's claims)."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET, Struct, UnsetType

from proofup.tokens.application import Application
from proofup.tokens.authorization import SignedIn
from proofup.tokens.jwt import BadTokenError
from proofup.tokens.tenant import Tenant
from proofup.values.ids import ApplicationId, Entropy, UserId, random_id

LIFETIME = timedelta(minutes=60)
SKEW = timedelta(minutes=5)  # between the clocks of two machines
CLAIMS_CHALLENGE = "cp1"  # the client can take a claims challenge


class AccessClaims(Struct, frozen=True, kw_only=True):
    """The claims of an access token.

    ``scp`` are the delegated permissions of a token for a person. ``roles`` are the permissions of
    an application that acts by itself; in a token for a person, their app roles in the resource.
    ``epoch`` and ``app_epoch`` are those of the account and of the
    application at its birth: one comparison revokes it. ``family`` is that of a person's token.
    """

    aud: str
    iss: str
    iat: int
    nbf: int
    exp: int
    tid: str
    oid: str
    sub: str
    appid: ApplicationId
    azp: str
    idtyp: str
    uti: str
    ver: str = "2.0"
    app_epoch: int
    app_displayname: str = ""
    scp: str | UnsetType = UNSET
    roles: tuple[str, ...] | UnsetType = UNSET
    groups: tuple[str, ...] | UnsetType = UNSET
    claim_names: Mapping[str, str] | UnsetType = msgspec.field(default=UNSET, name="_claim_names")
    claim_sources: Mapping[str, Mapping[str, str]] | UnsetType = msgspec.field(
        default=UNSET, name="_claim_sources"
    )
    epoch: int | UnsetType = UNSET
    family: str | UnsetType = UNSET
    upn: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    acr: str | UnsetType = UNSET
    amr: tuple[str, ...] | UnsetType = UNSET
    auth_time: int | UnsetType = UNSET
    proven: int | UnsetType = UNSET  # when the second proof was given
    xms_cc: tuple[str, ...] | UnsetType = UNSET

    @property
    def is_application(self) -> bool:
        """Whether the application acts for itself."""
        return self.idtyp == "app"

    @property
    def scopes(self) -> frozenset[str]:
        """The names of the permissions, in lower case."""
        named = self.roles or () if self.is_application else (self.scp or "").split()
        return frozenset(name.lower() for name in named)

    def as_json(self) -> bytes:
        """Return the claims as a token carries them."""
        return msgspec.json.encode(self)


_claims = msgspec.json.Decoder(AccessClaims)


def for_application(
    application: Application,
    tenant: Tenant,
    *,
    audience: str,
    roles: frozenset[str],
    takes_challenges: bool,
    at: datetime,
    entropy: Entropy,
) -> AccessClaims:
    """Return the claims of a token with which ``application`` acts by itself."""
    now = int(at.timestamp())
    return AccessClaims(
        aud=audience,
        iss=tenant.issuer,
        iat=now,
        nbf=now,
        exp=now + int(LIFETIME.total_seconds()),
        tid=tenant.id,
        oid=application.principal_id,
        sub=application.principal_id,
        appid=application.id,
        azp=application.id,
        idtyp="app",
        uti=random_id(entropy),
        app_epoch=application.epoch,
        app_displayname=application.name,
        roles=tuple(sorted(roles)),
        xms_cc=(CLAIMS_CHALLENGE,) if takes_challenges else UNSET,
    )


class Profile(Struct, frozen=True, kw_only=True):
    """What tokens tell of a person."""

    user_id: UserId
    user_principal_name: str
    name: str
    mail: str | None = None


def for_person(
    profile: Profile,
    signed_in: SignedIn,
    application: Application,
    tenant: Tenant,
    *,
    family_id: str,
    audience: str,
    scopes: tuple[str, ...],
    app_roles: tuple[str, ...],
    takes_challenges: bool,
    at: datetime,
    entropy: Entropy,
) -> AccessClaims:
    """Return the claims of a token with which ``application`` acts for a person."""
    now, proven = int(at.timestamp()), signed_in.proven_at
    return AccessClaims(
        aud=audience,
        iss=tenant.issuer,
        iat=now,
        nbf=now,
        exp=now + int(LIFETIME.total_seconds()),
        tid=tenant.id,
        oid=profile.user_id,
        sub=pairwise(profile.user_id, application.id),
        appid=application.id,
        azp=application.id,
        idtyp="user",
        uti=random_id(entropy),
        app_epoch=application.epoch,
        app_displayname=application.name,
        scp=" ".join(scopes),
        roles=app_roles or UNSET,
        family=family_id,
        epoch=signed_in.epoch,
        upn=profile.user_principal_name,
        name=profile.name,
        acr=signed_in.acr,
        amr=signed_in.amr,
        auth_time=int(signed_in.signed_in_at.timestamp()),
        proven=UNSET if proven is None else int(proven.timestamp()),
        xms_cc=(CLAIMS_CHALLENGE,) if takes_challenges else UNSET,
    )


def pairwise(user_id: UserId, application_id: ApplicationId) -> str:
    """Return the ``sub`` of a person at one application, which tells nothing at another.

    Both ids are random, and nobody who knows only ``sub`` can try them out (OpenID Connect Core
    §8.1).
    """
    digest = hashlib.sha256(f"sub|{application_id}|{user_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def claims_of(payload: bytes) -> AccessClaims:
    """Return the claims of a verified access token. Raises BadTokenError."""
    try:
        claims = _claims.decode(payload)
    except msgspec.DecodeError as error:
        raise BadTokenError("malformed") from error
    permissions = claims.roles if claims.is_application else claims.scp
    if permissions is UNSET or (claims.is_application and claims.scp is not UNSET):
        raise BadTokenError("malformed")
    return claims
