"""ID tokens: what an application learns of the person who signed in (OpenID Connect Core §2)."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET, Struct, UnsetType

from proofup.tokens.access_token import Profile, pairwise
from proofup.tokens.authorization import SignedIn, encoded_digest
from proofup.tokens.tenant import Tenant
from proofup.values.ids import ApplicationId, UserId

LIFETIME = timedelta(minutes=60)


class IdClaims(Struct, frozen=True, kw_only=True):
    """The claims of an ID token."""

    aud: str
    iss: str
    iat: int
    nbf: int
    exp: int
    tid: str
    oid: str
    sub: str
    ver: str = "2.0"
    preferred_username: str
    name: str
    email: str | UnsetType = UNSET
    nonce: str | UnsetType = UNSET
    auth_time: int
    acr: str
    amr: tuple[str, ...]
    roles: tuple[str, ...] | UnsetType = UNSET  # the person's app roles in the application
    groups: tuple[str, ...] | UnsetType = UNSET
    claim_names: Mapping[str, str] | UnsetType = msgspec.field(default=UNSET, name="_claim_names")
    claim_sources: Mapping[str, Mapping[str, str]] | UnsetType = msgspec.field(
        default=UNSET, name="_claim_sources"
    )
    c_hash: str | UnsetType = UNSET
    at_hash: str | UnsetType = UNSET

    def as_json(self) -> bytes:
        """Return the claims as a token carries them."""
        return msgspec.json.encode(self)


class HintClaims(Struct, frozen=True, kw_only=True):
    """What is read of an ID token that comes back as a hint."""

    aud: str
    iss: str
    oid: str


def id_claims(
    profile: Profile,
    signed_in: SignedIn,
    application_id: ApplicationId,
    tenant: Tenant,
    *,
    nonce: str | None,
    openid: frozenset[str],
    app_roles: tuple[str, ...],
    code: str | None = None,
    access_token: str | None = None,
    at: datetime,
) -> IdClaims:
    """Return the claims; ``code`` and ``access_token`` are those that go along with it."""
    now, has_mail = int(at.timestamp()), "email" in openid and profile.mail
    return IdClaims(
        aud=application_id,
        iss=tenant.issuer,
        iat=now,
        nbf=now,
        exp=now + int(LIFETIME.total_seconds()),
        tid=tenant.id,
        oid=profile.user_id,
        sub=pairwise(profile.user_id, application_id),
        preferred_username=profile.user_principal_name,
        name=profile.name,
        email=profile.mail if has_mail and profile.mail else UNSET,
        nonce=UNSET if nonce is None else nonce,
        auth_time=int(signed_in.signed_in_at.timestamp()),
        acr=signed_in.acr,
        amr=signed_in.amr,
        roles=app_roles or UNSET,
        c_hash=UNSET if code is None else encoded_digest(code, whole=False),
        at_hash=UNSET if access_token is None else encoded_digest(access_token, whole=False),
    )


def client_info(user_id: UserId, tenant: Tenant) -> str:
    """Return what MSALs name an account by."""
    told = msgspec.json.encode({"uid": user_id, "utid": tenant.id})
    return base64.urlsafe_b64encode(told).rstrip(b"=").decode()
