"""Attestation by a metadata file that is signed as that of the FIDO Alliance is."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from methods.authenticator import Authenticator, self_made, without
from methods.test_webauthn import CHALLENGE, PARTY, TO_CREATE
from proofup.assembly.authenticator_models import AuthenticatorModels
from proofup.methods.webauthn import registered
from proofup.methods.webauthn_options import in_base64url

Key: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DAY = timedelta(days=1)
NOW = datetime.now(tz=UTC)
MODEL = "01020304-0506-0708-0102-030405060708"
ROOT = rsa.generate_private_key(65537, 2048)  # as that of the FIDO Alliance
MAKER, BATCH = (ec.derive_private_key(number, ec.SECP256R1()) for number in (12, 13))


def named(name: str) -> x509.Name:
    oid = x509.NameOID
    return x509.Name(
        [
            x509.NameAttribute(oid.COUNTRY_NAME, "GB"),
            x509.NameAttribute(oid.ORGANIZATION_NAME, "Contoso"),
            x509.NameAttribute(oid.ORGANIZATIONAL_UNIT_NAME, "Authenticator Attestation"),
            x509.NameAttribute(oid.COMMON_NAME, name),
        ]
    )


def certificate(name: str, key: Key, issuer: str, by: Key) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.BasicConstraints(ca=key is by, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
    )


MAKER_ROOT = certificate("Maker", MAKER, "Maker", MAKER)
LEAF = certificate("Batch", BATCH, "Maker", MAKER)


def attested(_: Authenticator, data: bytes, client: bytes) -> tuple[str, dict[str, Any]]:
    signature = BATCH.sign(data + client, ec.ECDSA(hashes.SHA256()))
    return "packed", {"alg": -7, "sig": signature, "x5c": [LEAF.public_bytes(Encoding.DER)]}


def blob(status: str = "FIDO_CERTIFIED") -> bytes:
    statement = {
        "description": "Key 5",
        "authenticatorVersion": 1,
        "schema": 3,
        "upv": [{"major": 1, "minor": 0}],
        "attestationTypes": ["basic_full"],
        "userVerificationDetails": [[{"userVerificationMethod": "passcode_external"}]],
        "keyProtection": ["hardware"],
        "matcherProtection": ["on_chip"],
        "attachmentHint": ["external"],
        "tcDisplay": [],
        "attestationRootCertificates": [
            base64.b64encode(MAKER_ROOT.public_bytes(Encoding.DER)).decode()
        ],
        "aaguid": MODEL,
    }
    entry = {
        "aaguid": MODEL,
        "metadataStatement": statement,
        "statusReports": [{"status": status}],
        "timeOfLastStatusChange": "2026-01-01",
    }
    payload = {"legalHeader": "x", "no": 1, "nextUpdate": "2027-01-01", "entries": [entry]}
    root = certificate("Root", ROOT, "Root", ROOT).public_bytes(Encoding.DER)
    header = {"alg": "RS256", "x5c": [base64.b64encode(root).decode()]}
    parts = [in_base64url(json.dumps(one).encode()).encode() for one in (header, payload)]
    message = b".".join(parts)
    signature = ROOT.sign(message, padding.PKCS1v15(), hashes.SHA256())
    return message + b"." + in_base64url(signature).encode()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    metadata, root = tmp_path / "blob.jwt", tmp_path / "root.pem"
    metadata.write_bytes(blob())
    root.write_bytes(certificate("Root", ROOT, "Root", ROOT).public_bytes(Encoding.PEM))
    return metadata, root


def model(files: tuple[Path, Path], attest: Any = attested) -> str | None:
    new = registered(Authenticator(attest=attest).create(TO_CREATE), CHALLENGE, PARTY)
    assert new
    return AuthenticatorModels(*files)(new.statement, new.client_data_hash)


def test_FI7_a_model_is_proven_by_a_statement_that_its_maker_has_signed(
    files: tuple[Path, Path],
) -> None:
    assert model(files) == "Key 5"


@pytest.mark.parametrize("attest", [without, self_made])
def test_FI7_no_statement_and_one_that_is_self_made_prove_nothing(
    files: tuple[Path, Path], attest: Any
) -> None:
    assert model(files, attest) is None


def test_FI7_metadata_that_are_signed_by_nobody_known_or_revoked_prove_nothing(
    files: tuple[Path, Path],
) -> None:
    metadata, root = files
    metadata.write_bytes(blob("REVOKED"))
    assert model(files) is None
    metadata.write_bytes(blob())
    root.write_bytes(MAKER_ROOT.public_bytes(Encoding.PEM))
    assert model(files) is None
    root.unlink()
    assert model((metadata, root)) is None
