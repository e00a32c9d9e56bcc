"""Judges WebAuthn ceremonies by W3C WebAuthn Level 3, sections 7.1 and 7.2.

The library verifies; this module adds what it leaves out: cross-origin use, the user handle, and
the counter, which is compared only after the signature. Whatever is wrong makes the result None.
"""

import hashlib
from typing import Any

import msgspec
from msgspec import Struct

from proofup.methods.webauthn_options import (
    ALGORITHMS,
    RelyingParty,
    from_base64url,
    in_base64url,
)
from proofup.values.ids import UserId


class NewCredential(Struct, frozen=True, kw_only=True):
    """A credential that an authenticator has made.

    ``statement`` is its attestation object and ``client_data_hash`` what that signs besides.
    """

    id: bytes
    public_key: bytes
    sign_count: int
    aaguid: str
    transports: tuple[str, ...]
    is_synced: bool
    is_backed_up: bool
    statement: bytes
    client_data_hash: bytes


class Assertion(Struct, frozen=True, kw_only=True):
    """A right answer: the counter of the authenticator, and whether the credential is synced."""

    sign_count: int
    is_synced: bool
    is_backed_up: bool


class _Response(Struct, rename="camel"):
    client_data_j_s_o_n: str = msgspec.field(name="clientDataJSON")
    user_handle: str | None = None
    transports: list[str] = []


class _Answer(Struct, rename="camel"):
    """The parts of ``PublicKeyCredential.toJSON`` that are read here."""

    id: str
    response: _Response


class _ClientData(Struct, rename="camel"):
    challenge: str
    origin: str
    cross_origin: bool = False
    top_origin: str | None = None


def claimed(answer: str) -> tuple[UserId, bytes] | None:
    """Return the user and the credential that ``answer`` names, if it names both."""
    try:
        read = msgspec.json.decode(answer, type=_Answer)
        handle = from_base64url(read.response.user_handle or "").decode()
        return (UserId(handle), from_base64url(read.id)) if handle else None
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None


def answered(answer: str) -> str | None:
    """Return the challenge that ``answer`` says it is to, if it says one."""
    try:
        read = msgspec.json.decode(answer, type=_Answer)
        told = from_base64url(read.response.client_data_j_s_o_n)
        return msgspec.json.decode(told, type=_ClientData).challenge
    except (ValueError, RecursionError):
        return None


def registered(answer: str, challenge: bytes, party: RelyingParty) -> NewCredential | None:
    """Return the credential that ``answer`` to a ``create`` brings, or None if it is wrong."""
    from webauthn import verify_registration_response
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    try:
        read = _read(answer, party)
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(one) for one in ALGORITHMS],
        )
        # The library uses the key only later: what cannot be one is refused now.
        decoded_public_key_to_cryptography(
            decode_credential_public_key(found.credential_public_key)
        )
        client_data = from_base64url(read.response.client_data_j_s_o_n)
    except Exception:  # noqa: BLE001 - the library raises whatever forged input makes it raise
        return None
    if in_base64url(found.credential_id) != read.id:
        return None
    return NewCredential(
        id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        aaguid=found.aaguid,
        transports=tuple(read.response.transports),
        is_synced=_is_synced(found),
        is_backed_up=found.credential_backed_up,
        statement=found.attestation_object,
        client_data_hash=hashlib.sha256(client_data).digest(),
    )


def asserted(
    answer: str,
    challenge: bytes,
    party: RelyingParty,
    *,
    credential_id: bytes,
    public_key: bytes,
    handle: bytes,
    is_named: bool,
) -> Assertion | None:
    """Return what ``answer`` to a ``get`` proves, or None if anything is wrong.

    ``handle`` is the owner's. Where the person was ``is_named`` before, an authenticator may leave
    it out. The counter is returned and not judged.
    """
    from webauthn import verify_authentication_response

    try:
        read = _read(answer, party)
        if from_base64url(read.id) != credential_id:
            return None
        given = read.response.user_handle
        if given is None and not is_named:
            return None
        if given is not None and from_base64url(given) != handle:
            return None
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # compared by the caller, once the signature is right
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - the library raises whatever forged input makes it raise
        return None
    return Assertion(
        sign_count=found.new_sign_count,
        is_synced=_is_synced(found),
        is_backed_up=found.credential_backed_up,
    )


def _is_synced(found: Any) -> bool:
    return bool(found.credential_device_type.value == "multi_device")


def _read(answer: str, party: RelyingParty) -> _Answer:
    """Return the parts of ``answer``. Raises ValueError if it came from a page within another."""
    read = msgspec.json.decode(answer, type=_Answer)
    client_data = from_base64url(read.response.client_data_j_s_o_n)
    told = msgspec.json.decode(client_data, type=_ClientData)
    if told.cross_origin or told.top_origin is not None or told.origin != party.origin:
        raise ValueError("another origin")
    return read
