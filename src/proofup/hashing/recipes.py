"""How other systems make a hash out of a password: everything but the password and what comes out.

Each is computed exactly as its source does: over the bytes that were typed, without our pepper,
and with its source's limits. A recipe is stored as JSON, tagged by its name.
"""

import base64
import hashlib
from typing import TypeAlias

from msgspec import Struct

BCRYPT_BYTES = 72  # bcrypt reads no further, and neither does a source that cut off silently
BCRYPT_DIGEST_LETTERS = 31


class Bcrypt(Struct, frozen=True, tag="bcrypt"):
    """Bcrypt; ``salt`` is all that stands before the digest, such as ``$2y$12$…``.

    ``of_sha256`` is Django's ``bcrypt_sha256``: over the SHA-256 of the password in hex.
    """

    salt: str
    of_sha256: bool = False

    @property
    def memory_kib(self) -> int:
        """How much memory it takes that counts: none."""
        return 0

    @property
    def effort(self) -> str:
        """What decides how long it takes."""
        return f"bcrypt {self.salt[4:6]}"

    def reads_all(self, password: bytes) -> bool:
        """Tell whether every byte of ``password`` counts."""
        return self.of_sha256 or len(password) <= BCRYPT_BYTES

    def digest(self, password: bytes) -> bytes:
        """Return the 31 letters at the end of the hash."""
        import bcrypt

        if self.of_sha256:
            password = hashlib.sha256(password).hexdigest().encode()
        made = bcrypt.hashpw(password[:BCRYPT_BYTES], self.salt.encode())
        return made[-BCRYPT_DIGEST_LETTERS:]


class Argon2(Struct, frozen=True, tag="argon2"):
    """Argon2 (RFC 9106) as its PHC string has it; ``variant`` is ``i``, ``d`` or ``id``."""

    variant: str
    version: int
    memory_kib: int
    passes: int
    lanes: int
    salt: bytes
    length: int

    @property
    def effort(self) -> str:
        """What decides how long it takes."""
        return f"argon2{self.variant} {self.memory_kib} {self.passes} {self.lanes}"

    def digest(self, password: bytes) -> bytes:
        """Return the tag."""
        from argon2.low_level import Type, hash_secret_raw

        return hash_secret_raw(
            password,
            self.salt,
            time_cost=self.passes,
            memory_cost=self.memory_kib,
            parallelism=self.lanes,
            hash_len=self.length,
            type={"i": Type.I, "d": Type.D, "id": Type.ID}[self.variant],
            version=self.version,
        )


class Pbkdf2(Struct, frozen=True, tag="pbkdf2"):
    """PBKDF2 (RFC 8018 §5.2) with HMAC of ``function``: ``sha1``, ``sha256`` or ``sha512``."""

    function: str
    iterations: int
    salt: bytes
    length: int

    @property
    def memory_kib(self) -> int:
        """How much memory it takes that counts: none."""
        return 0

    @property
    def effort(self) -> str:
        """What decides how long it takes."""
        return f"pbkdf2 {self.function} {self.iterations} {self.length}"

    def digest(self, password: bytes) -> bytes:
        """Return the derived key."""
        return hashlib.pbkdf2_hmac(self.function, password, self.salt, self.iterations, self.length)


class Scrypt(Struct, frozen=True, tag="scrypt"):
    """Scrypt (RFC 7914 §6); the fields have its names: N, r and p."""

    n: int
    r: int
    p: int
    salt: bytes
    length: int

    @property
    def memory_kib(self) -> int:
        """How much memory it takes."""
        return 128 * self.n * self.r // 1024

    @property
    def effort(self) -> str:
        """What decides how long it takes."""
        return f"scrypt {self.n} {self.r} {self.p}"

    def digest(self, password: bytes) -> bytes:
        """Return the derived key."""
        room = 128 * self.r * (self.n + self.p + 2) + 4096  # what OpenSSL counts, and some
        return hashlib.scrypt(
            password,
            salt=self.salt,
            n=self.n,
            r=self.r,
            p=self.p,
            maxmem=room,
            dklen=self.length,
        )


class SaltedSha(Struct, frozen=True, tag="ssha"):
    """LDAP's SSHA: one pass of ``function`` over the password and a salt behind it."""

    function: str
    salt: bytes

    @property
    def memory_kib(self) -> int:
        """How much memory it takes that counts: none."""
        return 0

    @property
    def effort(self) -> str:
        """What decides how long it takes."""
        return f"ssha {self.function}"

    def digest(self, password: bytes) -> bytes:
        """Return the digest."""
        return hashlib.new(self.function, password + self.salt).digest()


Recipe: TypeAlias = Bcrypt | Argon2 | Pbkdf2 | Scrypt | SaltedSha


def unpadded(text: str) -> bytes:
    """Return the bytes of Base64 (RFC 4648 §4) with or without its padding. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
