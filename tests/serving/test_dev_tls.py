import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from proofup.serving.dev_tls import LIFETIME, RENEWED_BEFORE, DevCertificate, dev_certificate

NOW = datetime.now(UTC)  # the TLS library uses the real clock


def shakes_hands(files: DevCertificate, name: str) -> bool:
    """Return whether a client that trusts the authority accepts the server as ``name``."""
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(files.chain, files.key)
    client_side = ssl.create_default_context(cafile=str(files.authority))
    client_side.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError:
                return False
    return client.version() is not None


def test_a_browser_that_trusts_the_authority_believes_localhost_only(tmp_path: Path) -> None:
    files = dev_certificate(tmp_path, at=NOW)
    for name in ("localhost", "127.0.0.1", "::1"):
        assert shakes_hands(files, name)
    assert not shakes_hands(files, "id.contoso.test")


def test_what_is_made_is_for_us_alone(tmp_path: Path) -> None:
    dev_certificate(tmp_path, at=NOW)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    assert not any(b"PRIVATE" in file.read_bytes() for file in tmp_path.glob("dev-auth*"))


def test_a_good_certificate_is_kept_and_one_that_ends_soon_made_anew(tmp_path: Path) -> None:
    first = dev_certificate(tmp_path, at=NOW).chain.read_bytes()
    assert dev_certificate(tmp_path, at=NOW).chain.read_bytes() == first
    soon = NOW + LIFETIME - RENEWED_BEFORE + timedelta(hours=1)
    assert dev_certificate(tmp_path, at=soon).chain.read_bytes() != first


def test_a_missing_file_is_made_anew(tmp_path: Path) -> None:
    files = dev_certificate(tmp_path, at=NOW)
    files.key.unlink()
    assert shakes_hands(dev_certificate(tmp_path, at=NOW), "localhost")
