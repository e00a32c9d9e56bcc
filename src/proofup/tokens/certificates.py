"""Certificates of applications, and what is signed with their keys.

The certificate is found by a thumbprint in the header, in either padding, or by ``kid``. A chain in
the header (``x5c``) is believed in nothing: its first certificate only names a registered one.
"""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import (
    Certificate,
    load_der_x509_certificate,
    load_pem_x509_certificate,
)
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct

from proofup.tokens.application import ClientCertificate
from proofup.values.errors import ProofupError

OF_RSA, OF_CURVE = ("RS256", "PS256"), ("ES256",)
ALGORITHMS = (*OF_RSA, *OF_CURVE)
LONGEST = 32 * 1024  # letters; a header may carry a chain
LEAST_BITS = 2048
PEM = b"-----BEGIN"


class InvalidCertificateError(ProofupError):
    """The certificate cannot be taken; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadSignatureError(ProofupError):
    """What was signed proves nothing; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _LongHeaders(jws.JWSRegistry):
    """Accepts headers that carry a chain of certificates."""

    max_header_length = LONGEST


REGISTRY = _LongHeaders(algorithms=ALGORITHMS, strict_check_header=False)


class _Header(Struct, frozen=True, kw_only=True):
    alg: str
    kid: str = ""
    x5t: str = ""
    x5t_s256: str = msgspec.field(default="", name="x5t#S256")
    x5c: list[str] = []


def certificate_in(content: bytes, *, id_: str, name: str) -> ClientCertificate:
    """Return the certificate that ``content`` is, in PEM or DER. Raises InvalidCertificateError."""
    load = load_pem_x509_certificate if PEM in content else load_der_x509_certificate
    try:
        found = load(content)
        algorithms = _algorithms_of(found)
    except ValueError as error:
        raise InvalidCertificateError("unreadable") from error
    if not algorithms:
        raise InvalidCertificateError("neither RSA of 2048 bits or more nor P-256")
    return ClientCertificate(
        id=id_,
        name=name,
        der=found.public_bytes(Encoding.DER),
        sha1=found.fingerprint(SHA1()),  # noqa: S303 - a name that clients use, no proof
        sha256=found.fingerprint(SHA256()),
        starts_at=found.not_valid_before_utc,
        ends_at=found.not_valid_after_utc,
    )


def unverified_payload(token: str) -> bytes:
    """Return what ``token`` says, whoever signed it. Raises BadSignatureError."""
    return _extracted(token).payload


def signed_payload(certificates: Iterable[ClientCertificate], token: str, *, at: datetime) -> bytes:
    """Return what one of ``certificates``, valid at ``at``, signed. Raises BadSignatureError."""
    try:
        header = msgspec.convert(_extracted(token).headers(), _Header)
    except ValueError as error:
        raise BadSignatureError("malformed") from error
    if header.alg not in ALGORITHMS:
        raise BadSignatureError("wrong algorithm")
    certificate = _named(certificates, header)
    if certificate is None:
        raise BadSignatureError("unknown certificate")
    if not certificate.starts_at <= at < certificate.ends_at:
        raise BadSignatureError("expired certificate")
    found = load_der_x509_certificate(certificate.der)
    if header.alg not in _algorithms_of(found):
        raise BadSignatureError("wrong algorithm")
    try:
        checked = jws.deserialize_compact(
            token, _key_of(found), algorithms=[header.alg], registry=REGISTRY
        )
    except (JoseError, ValueError) as error:
        raise BadSignatureError("bad signature") from error
    return checked.payload


def _extracted(token: str) -> jws.CompactSignature:
    if len(token) > LONGEST or not token.isascii():
        raise BadSignatureError("malformed")
    try:
        return jws.extract_compact(token.encode(), registry=REGISTRY)
    except (JoseError, ValueError) as error:
        raise BadSignatureError("malformed") from error


def _key_of(certificate: Certificate) -> RSAKey | ECKey:
    key = certificate.public_key()
    written = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    is_curve = isinstance(key, EllipticCurvePublicKey)
    return ECKey.import_key(written) if is_curve else RSAKey.import_key(written)


def _algorithms_of(certificate: Certificate) -> tuple[str, ...]:
    """Return the algorithms that the key of ``certificate`` is strong enough for."""
    key = certificate.public_key()
    if isinstance(key, RSAPublicKey) and key.key_size >= LEAST_BITS:
        return OF_RSA
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return OF_CURVE
    return ()


def _named(certificates: Iterable[ClientCertificate], header: _Header) -> ClientCertificate | None:
    """Return the registered certificate that a header names; every name in it must be right."""
    chain = "".join(header.x5c[0].split()) if header.x5c else ""  # msal has line breaks in it
    told = {
        "sha256": _bytes(header.x5t_s256),
        "sha1": _bytes(header.x5t),
        "der": _bytes(chain),
    }
    names = {name: value for name, value in told.items() if value}
    for one in certificates:
        if names and all(getattr(one, name) == value for name, value in names.items()):
            return one
        if not names and header.kid and header.kid in _kids(one):
            return one
    return None


def _kids(one: ClientCertificate) -> set[str]:
    """Return what a client may write as ``kid``: a thumbprint, in any usual spelling, or our id."""
    spelled = {one.sha1.hex(), one.sha1.hex().upper(), one.sha256.hex(), one.id}
    for digest in (one.sha1, one.sha256):
        spelled.add(base64.urlsafe_b64encode(digest).rstrip(b"=").decode())
    return spelled


def _bytes(text: str) -> bytes:
    """Return what base64 or base64url says, with or without padding."""
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadSignatureError("malformed") from error
