"""Reads tokens from a Portable Symmetric Key Container (PSKC, RFC 6030), plain or encrypted.

Keys may be encrypted by AES-CBC with a shared key, or with one derived from a password by PBKDF2;
their MAC is checked before they are decrypted (section 6.2). The XML is read without any entity.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from msgspec import Struct

from proofup.directory import token_fields
from proofup.directory.oath_tokens import OathToken
from proofup.values.errors import InvalidFieldError, ProofupError
from proofup.values.ids import MethodId
from proofup.values.secret import Secret
from proofup.values.words import Said, marked, said

PSKC = "{urn:ietf:params:xml:ns:keyprov:pskc}"
XENC = "{http://www.w3.org/2001/04/xmlenc#}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
TOTP = "urn:ietf:params:xml:ns:keyprov:pskc:totp"
AES_CBC = {f"{XENC[1:-1]}aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)}
MACS = {
    "http://www.w3.org/2000/09/xmldsig#hmac-sha1": "sha1",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha384": "sha384",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512": "sha512",
}
BLOCK = 16
MOST_ITERATIONS = 2_000_000
MUST_BE = marked("must be %(value)s.")


class BadContainerError(ProofupError):
    """The file cannot be read as a container, or not with this key.

    ``said`` says why, ``problem`` in English.
    """

    def __init__(self, problem: str | Said) -> None:
        self.said = said(problem)
        self.problem = self.said.english
        super().__init__(self.problem)


class PskcKey(Struct, frozen=True, kw_only=True):
    """What opens the encrypted keys of a container: a shared key, or a password."""

    key: Secret[bytes] | None = None
    password: Secret[str] | None = None


class Packaged(Struct, frozen=True):
    """One package of a container, not judged yet."""

    number: int  # in the file, from 1
    element: Element

    @property
    def user(self) -> str:
        """The user that the package names, if any."""
        return _text(self.element, "Key/UserId") or _text(self.element, "DeviceInfo/UserId")


class Opener(Struct, frozen=True, kw_only=True):
    """What the encrypted keys of a container are opened with; ``mac`` names the hash of the MAC."""

    secret: Secret[bytes]
    mac_key: Secret[bytes]
    mac: str


class Container(Struct, frozen=True):
    """The packages of a file, and what their keys are opened with, if anything."""

    packages: tuple[Packaged, ...]
    opener: Opener | None = None

    def token(self, package: Packaged, token_id: MethodId, *, at: datetime) -> OathToken:
        """Return the token of a package. Raises InvalidFieldError."""
        element = package.element
        key = element.find(f"{PSKC}Key")
        if key is None:
            raise InvalidFieldError("Key", token_fields.MISSING)
        if key.get("Algorithm") != TOTP:
            raise InvalidFieldError("Algorithm", Said(MUST_BE, {"value": TOTP}))
        parameters = f"{PSKC}AlgorithmParameters"
        form = key.find(f"{parameters}/{PSKC}ResponseFormat")
        if form is not None and form.get("Encoding", "DECIMAL") != "DECIMAL":
            raise InvalidFieldError("Encoding", Said(MUST_BE, {"value": "DECIMAL"}))
        secret = self._value(key, "Secret")
        return OathToken(
            id=token_id,
            serial_number=token_fields.serial_number(_text(element, "DeviceInfo/SerialNo")),
            secret=Secret(token_fields.checked_secret(secret)),
            time_interval_seconds=token_fields.interval(
                _text(key, "Data/TimeInterval/PlainValue") or "30"
            ),
            algorithm=token_fields.algorithm(_text(key, "AlgorithmParameters/Suite")),
            digits=token_fields.digits(form.get("Length", "6") if form is not None else "6"),
            manufacturer=token_fields.text(
                _text(element, "DeviceInfo/Manufacturer"), token_fields.MANUFACTURER
            ),
            model=token_fields.text(_text(element, "DeviceInfo/Model"), token_fields.MODEL),
            added_at=at,
        )

    def _value(self, key: Element, name: str) -> bytes:
        plain = _text(key, f"Data/{name}/PlainValue")
        if plain:
            return _base64(plain, token_fields.SECRET)
        cipher = key.findtext(
            f"{PSKC}Data/{PSKC}{name}/{PSKC}EncryptedValue/{XENC}CipherData/{XENC}CipherValue"
        )
        if not cipher:
            raise InvalidFieldError(token_fields.SECRET, token_fields.MISSING)
        if self.opener is None:
            raise InvalidFieldError(
                token_fields.SECRET, marked("is encrypted: give the key of the file.")
            )
        sealed = _base64(cipher, token_fields.SECRET)
        told = _base64(_text(key, f"Data/{name}/ValueMAC"), "ValueMAC")
        found = hmac.digest(self.opener.mac_key.reveal(), sealed, self.opener.mac)
        if not hmac.compare_digest(found, told):
            raise InvalidFieldError(
                "ValueMAC", marked("does not fit: another key, or changed bytes.")
            )
        return _decrypted(self.opener.secret.reveal(), sealed)


def read_container(content: bytes, opened_with: PskcKey) -> Container:
    """Return what is in the file ``content``. Raises BadContainerError."""
    root = _parsed(content)
    if root.tag != f"{PSKC}KeyContainer":
        raise BadContainerError(marked("has no KeyContainer of RFC 6030."))
    packages = tuple(
        Packaged(number, one) for number, one in enumerate(root.iterfind(f"{PSKC}KeyPackage"), 1)
    )
    is_encrypted = root.find(f"{PSKC}EncryptionKey") is not None
    secret = _encryption_key(root, opened_with) if is_encrypted else None
    return Container(packages, None if secret is None else _opener(root, secret))


def _opener(root: Element, secret: bytes) -> Opener:
    method = root.find(f"{PSKC}MACMethod")
    if method is None:
        raise BadContainerError(marked("has encrypted keys without a MAC, which is not safe."))
    digest = MACS.get(method.get("Algorithm", ""))
    if digest is None:
        raise BadContainerError(marked("has a MAC that is not known."))
    wrapped = method.findtext(f"{PSKC}MACKey/{XENC}CipherData/{XENC}CipherValue")
    try:
        # RFC 6030 §6.2: without a key of its own, the MAC is made with the key of the container.
        mac_key = _decrypted(secret, _base64(wrapped, "MACKey")) if wrapped else secret
    except InvalidFieldError as error:
        raise BadContainerError(marked("was encrypted with another key.")) from error
    return Opener(secret=Secret(secret), mac_key=Secret(mac_key), mac=digest)


def _encryption_key(root: Element, opened_with: PskcKey) -> bytes | None:
    derived = next(_derivations(root), None)
    if derived is None:
        return opened_with.key.reveal() if opened_with.key else None
    if opened_with.password is None:
        return None
    salt = derived.findtext(".//{*}Salt/{*}Specified") or ""
    rounds = (derived.findtext(".//{*}IterationCount") or "").strip()
    length = (derived.findtext(".//{*}KeyLength") or "16").strip()
    if not (rounds.isdecimal() and length.isdecimal() and 0 < int(rounds) <= MOST_ITERATIONS):
        raise BadContainerError(marked("derives its key in a way that is not known."))
    prf = derived.find(".//{*}PRF")
    digest = MACS.get(prf.get("Algorithm", "") if prf is not None else "", "sha1")
    password = opened_with.password.reveal().encode()
    try:
        salted = _base64(salt, "Salt")
    except InvalidFieldError as error:
        raise BadContainerError(marked("derives its key in a way that is not known.")) from error
    return hashlib.pbkdf2_hmac(digest, password, salted, int(rounds), min(int(length), 32))


def _derivations(root: Element) -> Iterator[Element]:
    return root.iterfind(f"{PSKC}EncryptionKey//{{*}}PBKDF2-params")


def _decrypted(key: bytes, sealed: bytes) -> bytes:
    """Return what AES-CBC has sealed: IV, blocks, and XML encryption's padding."""
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    if len(key) not in AES_CBC.values():
        raise InvalidFieldError(
            token_fields.SECRET, marked("is encrypted, but the key is none of AES.")
        )
    iv, blocks = sealed[:BLOCK], sealed[BLOCK:]
    if len(iv) < BLOCK or not blocks or len(blocks) % BLOCK:
        raise InvalidFieldError(token_fields.SECRET, marked("is cut off."))
    opened = Cipher(AES(key), CBC(iv)).decryptor()
    plain = opened.update(blocks) + opened.finalize()
    if not 0 < plain[-1] <= BLOCK:
        raise InvalidFieldError(token_fields.SECRET, marked("was encrypted with another key."))
    return plain[: -plain[-1]]


def _parsed(content: bytes) -> Element:
    """Return the root. Raises BadContainerError, also for a document type, which has entities."""

    def refuse(*_: object) -> None:
        raise BadContainerError(marked("has a document type, which no container needs."))

    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, found: builder.start(
        _named(name), {_named(one): value for one, value in found.items()}
    )
    parser.EndElementHandler = lambda name: builder.end(_named(name))
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat has no names for them
        return builder.close()
    except expat.ExpatError as error:
        words = marked("is not XML (%(why)s).")
        raise BadContainerError(Said(words, {"why": str(error)})) from error


def _named(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _text(element: Element, path: str) -> str:
    found = element.findtext("/".join(f"{PSKC}{one}" for one in path.split("/")))
    return (found or "").strip()


def _base64(told: str, field: str) -> bytes:
    try:
        return base64.b64decode("".join(told.split()), validate=True)
    except ValueError as error:
        raise InvalidFieldError(field, marked("is not Base64.")) from error
