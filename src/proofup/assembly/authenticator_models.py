"""Which model an authenticator proves to be, by the metadata file that the settings name."""

import logging
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fido2.mds3 import MdsAttestationVerifier

LOG = logging.getLogger(__name__)


class AuthenticatorModels:
    """Reads the metadata (FIDO MDS3) at the first registration; a bad file proves nothing."""

    def __init__(self, metadata: Path, root: Path) -> None:
        self._metadata = metadata
        self._root = root

    def __call__(self, statement: bytes, client_data_hash: bytes) -> str | None:
        """Return the model that an attestation object proves, or None."""
        from fido2.attestation.base import InvalidAttestation
        from fido2.webauthn import AttestationObject

        if self._verifier is None:
            return None
        try:
            entry = self._verifier.find_entry(AttestationObject(statement), client_data_hash)
        except (InvalidAttestation, ValueError, LookupError, NotImplementedError):
            return None  # NotImplementedError: a format that fido2 does not verify
        found = entry.metadata_statement if entry else None
        return found.description if found else None

    @cached_property
    def _verifier(self) -> "MdsAttestationVerifier | None":
        from cryptography.hazmat.primitives.serialization import Encoding
        from cryptography.x509 import load_pem_x509_certificate
        from fido2.mds3 import MdsAttestationVerifier, parse_blob

        try:
            root = load_pem_x509_certificate(self._root.read_bytes())
            blob = parse_blob(self._metadata.read_bytes().strip(), root.public_bytes(Encoding.DER))
        except Exception:  # a file may be wrong in any way; registrations then prove nothing
            LOG.exception("the metadata of authenticators cannot be used")
            return None
        return MdsAttestationVerifier(blob)
