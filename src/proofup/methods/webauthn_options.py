"""What a browser is told for a WebAuthn ceremony, as the JSON of WebAuthn Level 3, section 5.1.

It is written here and not by the library, which would be imported for every page of a sign-in.
"""

import base64
import json
from collections.abc import Sequence

from msgspec import Struct

from proofup.directory.users import User
from proofup.values.ids import UserId

ALGORITHMS = (-8, -7, -257)  # COSE: EdDSA, ES256, RS256
TIMEOUT_MS = 300_000
TRANSPORTS = frozenset({"ble", "hybrid", "internal", "nfc", "smart-card", "usb"})


class RelyingParty(Struct, frozen=True, kw_only=True):
    """The service as authenticators know it: the domain of its public URL, its name, its origin."""

    id: str
    name: str
    origin: str


class Credential(Struct, frozen=True):
    """A credential that may answer, or that must not be made again."""

    id: bytes
    transports: tuple[str, ...] = ()

    @property
    def descriptor(self) -> dict[str, object]:
        """The ``PublicKeyCredentialDescriptorJSON``."""
        found: dict[str, object] = {"type": "public-key", "id": in_base64url(self.id)}
        known = [one for one in self.transports if one in TRANSPORTS]
        return {**found, "transports": known} if known else found


def in_base64url(value: bytes) -> str:
    """Return ``value`` as WebAuthn writes bytes in JSON."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes in ``text``. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def user_handle_of(user_id: UserId) -> bytes:
    """Return the handle of a user: the random id of the account, which names nobody."""
    return user_id.encode()


def to_get(challenge: bytes, party: RelyingParty, allowed: Sequence[Credential]) -> str:
    """Return the options of a sign-in; without any that is ``allowed`` the person chooses one."""
    return json.dumps(
        {
            "challenge": in_base64url(challenge),
            "timeout": TIMEOUT_MS,
            "rpId": party.id,
            "userVerification": "required",
            "allowCredentials": [one.descriptor for one in allowed],
        }
    )


def to_create(
    challenge: bytes,
    party: RelyingParty,
    user: User,
    present: Sequence[Credential],
    *,
    attested: bool,
) -> str:
    """Return the options of a registration beside the ``present`` credentials of ``user``."""
    return json.dumps(
        {
            "challenge": in_base64url(challenge),
            "timeout": TIMEOUT_MS,
            "rp": {"id": party.id, "name": party.name},
            "user": {
                "id": in_base64url(user_handle_of(user.id)),
                "name": user.user_principal_name,
                "displayName": user.display_name,
            },
            "pubKeyCredParams": [{"type": "public-key", "alg": one} for one in ALGORITHMS],
            "excludeCredentials": [one.descriptor for one in present],
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": True,
                "userVerification": "required",
            },
            "attestation": "direct" if attested else "none",
        }
    )


def to_signal(party: RelyingParty, user: User, present: Sequence[Credential]) -> str:
    """Return the calls of the WebAuthn Signal API, each with its name and its facts."""
    whose = {"rpId": party.id, "userId": in_base64url(user_handle_of(user.id))}
    accepted = [in_base64url(one.id) for one in present]
    name = {"name": user.user_principal_name, "displayName": user.display_name}
    return json.dumps(
        [
            {
                "name": "signalAllAcceptedCredentials",
                "facts": {**whose, "allAcceptedCredentialIds": accepted},
            },
            {"name": "signalCurrentUserDetails", "facts": {**whose, **name}},
        ]
    )
