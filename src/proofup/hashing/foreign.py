"""Parses password hashes of other systems, as stored in their databases and exports.

Hashes that are too expensive are refused, because strangers could overload the machine with a few
guesses. So are hashes that their system could not have written. The limits are one or two seconds
of one core.
"""

import base64
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from proofup.hashing.recipes import (
    Argon2,
    Bcrypt,
    Pbkdf2,
    Recipe,
    SaltedSha,
    Scrypt,
    unpadded,
)
from proofup.values.errors import ProofupError

MIB = 1024 * 1024
BCRYPT_COSTS = range(4, 15)
MOST_ITERATIONS = 2_000_000  # of PBKDF2, for each block of its output
ARGON2_MOST_MIB = 1024
ARGON2_MOST_MIB_PASSES = 4096
ARGON2_MOST_LANES = 16
SCRYPT_MOST_MIB = 256
SCRYPT_MOST_MIB_LANES = 1024
LENGTHS = range(12, 65)  # bytes of what comes out; less could be guessed
SALTS = range(1, 129)  # bytes

LONGEST = 512  # letters
DIGEST_BYTES: Mapping[str, int] = {"sha1": 20, "sha256": 32, "sha512": 64}
# The last letter of a salt carries two bits, those of a digest four.
BCRYPT = re.compile(r"(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu])([./A-Za-z0-9]{31})")
ARGON2 = re.compile(
    r"\$argon2(id|i|d)(?:\$v=(16|19))?\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})"
    r"\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
)
PBKDF2 = re.compile(r"pbkdf2_(sha1|sha256)\$(\d{1,9})\$([^$]+)\$([A-Za-z0-9+/=]+)")
SCRYPT = re.compile(r"scrypt\$(\d{1,9})\$([^$]+)\$(\d{1,9})\$(\d{1,9})\$([A-Za-z0-9+/=]+)")
PHC_SCRYPT = re.compile(
    r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
)
# What LDAP servers, Dovecot and Spring Security write in front of a hash that names itself.
LABEL = re.compile(r"\{(ARGON2(?:ID?|D)?|BCRYPT|BLF-CRYPT|CRYPT)\}", re.IGNORECASE)
SSHA = re.compile(r"\{SSHA(|256|512)\}([A-Za-z0-9+/=]+)", re.IGNORECASE)

ASPNET_MARKER = 1  # of Identity v3; v2 has 0 and a fixed thousand rounds
ASPNET_HEAD = 13  # the marker, then function, iterations and length of the salt
ASPNET_FUNCTIONS = ("sha1", "sha256", "sha512")
ASPNET_LEAST = 16  # bytes of salt and of key, below which ASP.NET Core itself refuses


class UnacceptableHashError(ProofupError):
    """A hash of another system is not taken over; ``reason`` says why, as an operator reads it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ForeignHash(Struct, frozen=True):
    """A hash of another system: how it is computed, and what came out for the right password."""

    recipe: Recipe
    digest: bytes

    def __repr__(self) -> str:
        return f"ForeignHash({self.recipe.effort}, …)"


def read_foreign_hash(text: str) -> ForeignHash:
    """Return the hash in ``text``. Raises UnacceptableHashError."""
    if len(text) > LONGEST:
        reason = f"is longer than {LONGEST} letters."
        raise UnacceptableHashError(reason)
    if text.startswith("!"):
        raise UnacceptableHashError("says that there is no password; leave it empty.")
    label = LABEL.match(text)
    if label is not None:
        return _labelled(text[label.end() :], label[1].lower())
    for begins, read in READERS.items():
        if text[: len(begins)].lower() == begins:
            try:
                return read(text)
            except ValueError as error:
                raise UnacceptableHashError("is not written as its source writes it.") from error
    raise UnacceptableHashError("is no hash of a kind that is known here.")


def _labelled(text: str, label: str) -> ForeignHash:
    """Return the hash behind a label, which has to be of the kind that the label says."""
    begins = "$argon2" if label.startswith("argon2") else "$2"
    if not text.startswith(begins):
        raise UnacceptableHashError(
            "is not of the kind that it is labelled as, or of none we know."
        )
    return read_foreign_hash(text)


def _bcrypt(text: str, *, of_sha256: bool = False) -> ForeignHash:
    salt, cost, digest = _parts(BCRYPT, text.removeprefix("bcrypt$"))
    _bounded("bcrypt's cost", int(cost), BCRYPT_COSTS)
    return ForeignHash(Bcrypt(salt, of_sha256=of_sha256), digest.encode())


def _bcrypt_sha256(text: str) -> ForeignHash:
    return _bcrypt(text.removeprefix("bcrypt_sha256$"), of_sha256=True)


def _argon2(text: str) -> ForeignHash:
    text = text.removeprefix("argon2")  # Django writes the name of its hasher in front
    variant, version, *costs, salt_text, digest_text = _parts(ARGON2, text)
    memory_kib, passes, lanes = map(int, costs)
    salt, digest = unpadded(salt_text), unpadded(digest_text)
    _bounded("Argon2's lanes", lanes, range(1, ARGON2_MOST_LANES + 1))
    _bounded("Argon2's memory in KiB", memory_kib, range(8 * lanes, ARGON2_MOST_MIB * 1024 + 1))
    most_passes = ARGON2_MOST_MIB_PASSES * 1024 // memory_kib
    _bounded(f"Argon2's passes over {memory_kib} KiB", passes, range(1, most_passes + 1))
    _bounded("the salt's length", len(salt), SALTS[7:])  # RFC 9106 §3.1: eight or more
    recipe = Argon2(variant, int(version or 16), memory_kib, passes, lanes, salt, _length(digest))
    return ForeignHash(recipe, digest)


def _django_pbkdf2(text: str) -> ForeignHash:
    function, iterations, salt, digest_text = _parts(PBKDF2, text)
    digest = base64.b64decode(digest_text, validate=True)
    if len(digest) != DIGEST_BYTES[function]:
        raise ValueError
    return _pbkdf2(function, int(iterations), salt.encode(), digest)


def _aspnet(text: str) -> ForeignHash:
    raw = base64.b64decode(text, validate=True)
    if len(raw) < ASPNET_HEAD or raw[0] != ASPNET_MARKER:
        raise ValueError
    number, iterations, salt_bytes = (
        int.from_bytes(raw[at : at + 4], "big") for at in range(1, ASPNET_HEAD, 4)
    )
    salt, key = raw[ASPNET_HEAD:][:salt_bytes], raw[ASPNET_HEAD:][salt_bytes:]
    if number >= len(ASPNET_FUNCTIONS) or min(salt_bytes, len(key)) < ASPNET_LEAST:
        raise ValueError
    return _pbkdf2(ASPNET_FUNCTIONS[number], iterations, salt, key)


def _pbkdf2(function: str, iterations: int, salt: bytes, digest: bytes) -> ForeignHash:
    blocks = -(-len(digest) // DIGEST_BYTES[function])
    _bounded("PBKDF2's iterations", iterations, range(1, MOST_ITERATIONS // blocks + 1))
    _bounded("the salt's length", len(salt), SALTS)
    return ForeignHash(Pbkdf2(function, iterations, salt, _length(digest)), digest)


def _django_scrypt(text: str) -> ForeignHash:
    n, salt, r, p, digest = _parts(SCRYPT, text)
    return _scrypt(int(n), int(r), int(p), salt.encode(), base64.b64decode(digest, validate=True))


def _phc_scrypt(text: str) -> ForeignHash:
    exponent, r, p, salt, digest = _parts(PHC_SCRYPT, text)
    return _scrypt(1 << int(exponent), int(r), int(p), unpadded(salt), unpadded(digest))


def _scrypt(n: int, r: int, p: int, salt: bytes, digest: bytes) -> ForeignHash:
    if n < 2 or n & (n - 1) or not r or not p:  # noqa: PLR2004 - RFC 7914 §2: a power of two
        raise ValueError
    _bounded("scrypt's memory in MiB", 128 * n * r // MIB, range(SCRYPT_MOST_MIB + 1))
    _bounded("scrypt's work in MiB", 128 * n * r * p // MIB, range(SCRYPT_MOST_MIB_LANES + 1))
    _bounded("scrypt's p", p, range(1, SCRYPT_MOST_MIB_LANES + 1))
    _bounded("the salt's length", len(salt), SALTS)
    return ForeignHash(Scrypt(n, r, p, salt, _length(digest)), digest)


def _ssha(text: str) -> ForeignHash:
    bits, encoded = _parts(SSHA, text)
    function = f"sha{bits or 1}"
    raw = base64.b64decode(encoded, validate=True)
    digest, salt = raw[: DIGEST_BYTES[function]], raw[DIGEST_BYTES[function] :]
    _bounded("the salt's length", len(salt), SALTS)
    return ForeignHash(SaltedSha(function, salt), digest)


def _parts(pattern: "re.Pattern[str]", text: str) -> tuple[str, ...]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError
    return found.groups()


def _length(digest: bytes) -> int:
    _bounded("the hash's length", len(digest), LENGTHS)
    return len(digest)


def _bounded(what: str, number: int, allowed: range) -> None:
    if number not in allowed:
        bounds = f"{allowed.start} to {allowed.stop - 1}"
        reason = f"has {number} for {what}; {bounds} are taken."
        raise UnacceptableHashError(reason)


Reader: TypeAlias = Callable[[str], ForeignHash]

# By how they begin, the longer first where one begins another.
READERS: Mapping[str, Reader] = {
    "$argon2": _argon2,
    "argon2$": _argon2,
    "$2": _bcrypt,
    "bcrypt$": _bcrypt,
    "bcrypt_sha256$": _bcrypt_sha256,
    "pbkdf2_": _django_pbkdf2,
    "scrypt$": _django_scrypt,
    "$scrypt$": _phc_scrypt,
    "{ssha": _ssha,
    "aq": _aspnet,  # 0x01 and a zero, in Base64
}
