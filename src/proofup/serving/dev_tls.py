"""A certificate for localhost by an authority of its own, to test with HTTPS.

Developers may trust the authority's certificate. Its private key is used once and never stored, so
the authority cannot sign for another name. Both certificates expire after 90 days and are then made
again.
"""

import ipaddress
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from cryptography.x509 import KeyUsage

LIFETIME = timedelta(days=90)
RENEWED_BEFORE = timedelta(days=7)
SKEW = timedelta(hours=1)
LOOPBACK = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))


class DevCertificate(Struct, frozen=True):
    """Files in PEM: the authority, the certificate with its chain, and its key."""

    authority: Path
    chain: Path
    key: Path


def dev_certificate(folder: Path, *, at: datetime) -> DevCertificate:
    """Return the certificate for localhost in ``folder``; make one if none is valid."""
    files = DevCertificate(
        folder / "dev-authority.pem", folder / "dev-certificate.pem", folder / "dev-key.pem"
    )
    if not _is_good(files, at):
        _make(files, at)
    return files


def _is_good(files: DevCertificate, at: datetime) -> bool:
    from cryptography.x509 import load_pem_x509_certificate

    if not (files.authority.exists() and files.chain.exists() and files.key.exists()):
        return False
    certificate = load_pem_x509_certificate(files.chain.read_bytes())
    return certificate.not_valid_after_utc > at + RENEWED_BEFORE


def _make(files: DevCertificate, at: datetime) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    def begun(
        name: str, issuer: str, key: ec.EllipticCurvePublicKey, *, authority: bool
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(issuer))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - SKEW)
            .not_valid_after(at + LIFETIME)
            .add_extension(
                x509.BasicConstraints(ca=authority, path_length=0 if authority else None),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )

    authority_name = "Proofup development authority of this machine"
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = (
        begun(authority_name, authority_name, authority_key.public_key(), authority=True)
        .add_extension(_signs_certificates(), critical=True)
        .sign(authority_key, SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost"), *(x509.IPAddress(address) for address in LOOPBACK)]
    authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    server = (
        begun("localhost", authority_name, key.public_key(), authority=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(authority_id, critical=False)
        .sign(authority_key, SHA256())
    )
    pem = serialization.Encoding.PEM
    _write(files.authority, authority.public_bytes(pem))
    _write(files.chain, server.public_bytes(pem) + authority.public_bytes(pem))
    _write(
        files.key,
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def _signs_certificates() -> "KeyUsage":
    """Return the key usage of an authority, which strict clients require (RFC 5280 §4.2.1.3)."""
    from cryptography.x509 import KeyUsage

    return KeyUsage(
        key_cert_sign=True,
        crl_sign=True,
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(file: Path, content: bytes) -> None:
    """Overwrite the file with ``content``; only its owner can read it."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
