"""PSKC files: the examples of RFC 6030, and what is wrong with others."""

import base64
import hmac
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from proofup.directory.oath_tokens import HashAlgorithm, OathToken
from proofup.directory.pskc import BadContainerError, PskcKey, read_container
from proofup.values.errors import InvalidFieldError
from proofup.values.ids import MethodId
from proofup.values.secret import Secret

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEED = b"12345678901234567890"
KEY = bytes.fromhex("12345678901234567890123456789012")
NAMESPACES = (
    'xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" '
    'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
    'xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#" '
    'xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"'
)
PLAIN = f"<PlainValue>{base64.b64encode(SEED).decode()}</PlainValue>"
# RFC 6030, section 6.1, figure 6: AES-128-CBC with HMAC-SHA-1; the values are those of the RFC.
RFC_MAC_KEY = "ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX"
RFC_CIPHER = "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv"
RFC_MAC = "Su+NvtQfmvfJzF6bmQiJqoLRExc="


def package(
    secret: str = PLAIN,
    *,
    serial: str = "987654321",
    algorithm: str = "urn:ietf:params:xml:ns:keyprov:pskc:totp",
    more: str = '<ResponseFormat Length="8" Encoding="DECIMAL"/>',
    interval: str = "30",
    mac: str = "",
) -> str:
    return (
        f"<KeyPackage><DeviceInfo><Manufacturer>Manufacturer</Manufacturer><SerialNo>{serial}"
        f'</SerialNo><UserId>robin@contoso.test</UserId></DeviceInfo><Key Id="1" '
        f'Algorithm="{algorithm}"><AlgorithmParameters>{more}</AlgorithmParameters><Data>'
        f"<Secret>{secret}{mac}</Secret><TimeInterval><PlainValue>{interval}</PlainValue>"
        "</TimeInterval></Data></Key></KeyPackage>"
    )


def container(*packages: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><KeyContainer Version="1.0" {NAMESPACES}>{before}'
        f"{''.join(packages)}</KeyContainer>"
    ).encode()


def encrypted(cipher: str) -> str:
    return (
        '<EncryptedValue><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#'
        f'aes128-cbc"/><xenc:CipherData><xenc:CipherValue>{cipher}</xenc:CipherValue>'
        "</xenc:CipherData></EncryptedValue>"
    )


def mac_method(wrapped: str = RFC_MAC_KEY, name: str = "2000/09/xmldsig#hmac-sha1") -> str:
    key = (
        '<MACKey><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
        f"<xenc:CipherData><xenc:CipherValue>{wrapped}</xenc:CipherValue></xenc:CipherData></MACKey>"
    )
    return f'<MACMethod Algorithm="http://www.w3.org/{name}">{key if wrapped else ""}</MACMethod>'


NAMED_KEY = "<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>"
MAC = f"<ValueMAC>{RFC_MAC}</ValueMAC>"


def only(content: bytes, opened_with: PskcKey | None = None) -> OathToken:
    read = read_container(content, opened_with or PskcKey())
    (one,) = read.packages
    return read.token(one, MethodId("m1"), at=NOON)


def sealed(plain: bytes, key: bytes) -> bytes:
    padding = 16 - len(plain) % 16
    opened = Cipher(AES(key), CBC(b"i" * 16)).encryptor()
    return b"i" * 16 + opened.update(plain + bytes([padding]) * padding) + opened.finalize()


def test_HWT_03_a_plain_token_says_how_its_codes_are_made() -> None:
    suite = "<Suite>HMAC-SHA256</Suite>"
    content = container(package(more=f"{suite}<ResponseFormat Length='6' Encoding='DECIMAL'/>"))
    found = only(content)
    assert found.secret.reveal() == SEED
    assert (found.serial_number, found.manufacturer) == ("987654321", "Manufacturer")
    assert (found.algorithm, found.digits) == (HashAlgorithm.SHA256, 6)
    assert read_container(content, PskcKey()).packages[0].user == "robin@contoso.test"


def test_the_encrypted_example_of_rfc_6030_is_opened_with_its_key() -> None:
    content = container(package(encrypted(RFC_CIPHER), mac=MAC), before=NAMED_KEY + mac_method())
    assert only(content, PskcKey(key=Secret(KEY))).secret.reveal() == SEED


def test_a_key_derived_from_a_password_opens_a_container() -> None:
    import hashlib

    derived = hashlib.pbkdf2_hmac("sha1", b"qwerty", b"salt", 1000, 16)
    cipher = sealed(SEED, derived)
    told = hmac.digest(derived, cipher, "sha1")
    before = (
        "<EncryptionKey><xenc11:DerivedKey><xenc11:KeyDerivationMethod><pkcs5:PBKDF2-params>"
        f"<Salt><Specified>{base64.b64encode(b'salt').decode()}</Specified></Salt>"
        "<IterationCount>1000</IterationCount><KeyLength>16</KeyLength></pkcs5:PBKDF2-params>"
        "</xenc11:KeyDerivationMethod></xenc11:DerivedKey></EncryptionKey>"
    ) + mac_method("")
    mac = f"<ValueMAC>{base64.b64encode(told).decode()}</ValueMAC>"
    content = container(
        package(encrypted(base64.b64encode(cipher).decode()), mac=mac), before=before
    )
    assert only(content, PskcKey(password=Secret("qwerty"))).secret.reveal() == SEED
    with pytest.raises(InvalidFieldError, match="encrypted"):
        only(content)
    with pytest.raises(InvalidFieldError, match="another key"):
        only(content, PskcKey(password=Secret("asdfgh")))
    for bad in ("0", "x", "99999999"):
        wrong = content.replace(b"<IterationCount>1000<", f"<IterationCount>{bad}<".encode())
        with pytest.raises(BadContainerError, match="not known"):
            read_container(wrong, PskcKey(password=Secret("qwerty")))
    long = content.replace(b"<KeyLength>16<", b"<KeyLength>20<")
    with pytest.raises(InvalidFieldError):
        only(long, PskcKey(password=Secret("qwerty")))
    with pytest.raises(BadContainerError, match="not known"):
        read_container(
            content.replace(base64.b64encode(b"salt"), b"*"), PskcKey(password=Secret("qwerty"))
        )


OTHER = PskcKey(key=Secret(b"another key 1234"))
ENCRYPTED = package(encrypted(RFC_CIPHER), mac=MAC)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<", "not XML"),
        (b"<html/>", "no KeyContainer"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (container(ENCRYPTED, before=NAMED_KEY), "without a MAC"),
        (container(ENCRYPTED, before=NAMED_KEY + mac_method(name="x")), "MAC that is not known"),
        (container(ENCRYPTED, before=NAMED_KEY + mac_method("AAAA")), "another key"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, problem: str) -> None:
    with pytest.raises(BadContainerError) as refused:
        read_container(content, OTHER)
    assert problem in refused.value.problem


@pytest.mark.parametrize(
    ("one", "field"),
    [
        ("<KeyPackage/>", "Key"),
        (package(algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp"), "Algorithm"),
        (package(more='<ResponseFormat Length="8" Encoding="HEXADECIMAL"/>'), "Encoding"),
        (package(more='<ResponseFormat Length="7" Encoding="DECIMAL"/>'), "digits"),
        (package(more="<Suite>MD5</Suite>"), "algorithm"),
        (package(interval="45"), "time interval"),
        (package(serial=""), "serial number"),
        (package(serial="9" * 65), "serial number"),
        (package(serial="9\ue000"), "serial number"),
        (package(""), "secret key"),
        (package("<PlainValue>*</PlainValue>"), "secret key"),
        (package("<PlainValue>AAAA</PlainValue>"), "secret key"),
        (ENCRYPTED, "secret key"),
    ],
)
def test_HWT_05_a_token_that_cannot_be_taken_names_the_field(one: str, field: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        only(container(one))
    assert refused.value.field == field


@pytest.mark.parametrize("cipher", ["AAAA", RFC_CIPHER[:-8] + "AAAAAAA="])
def test_bytes_that_were_changed_are_refused_before_they_are_decrypted(cipher: str) -> None:
    content = container(package(encrypted(cipher), mac=MAC), before=NAMED_KEY + mac_method())
    with pytest.raises(InvalidFieldError) as refused:
        only(content, PskcKey(key=Secret(KEY)))
    assert refused.value.field == "ValueMAC"


@pytest.mark.parametrize("key", [KEY, b"a key of 20 bytes..."])
def test_a_key_that_fits_the_mac_alone_opens_nothing(key: bytes) -> None:
    cipher = sealed(SEED, KEY)[:-16]  # the last block had the padding
    told = base64.b64encode(hmac.digest(key, cipher, "sha1")).decode()
    before = NAMED_KEY + mac_method("")
    one = package(encrypted(base64.b64encode(cipher).decode()), mac=f"<ValueMAC>{told}</ValueMAC>")
    with pytest.raises(InvalidFieldError) as refused:
        only(container(one, before=before), PskcKey(key=Secret(key)))
    assert refused.value.field == "secret key"
