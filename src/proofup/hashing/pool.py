"""Argon2id in threads of its own: a few at a time, a short queue, and then no more.

A hash takes a core and 64 MiB for a while, so their number decides how much of the machine
strangers can take. What takes more than twice the memory of a new hash, such as one of 1 GiB from
another system, runs one at a time in a lane of its own: so the memory of all is bounded too, and
nobody else waits for it. What is hashed is HMAC-SHA-256(pepper, NFKC(password)): its length is
fixed, nothing is cut off, and a stolen database alone is no use for guessing. Hashes that were
brought along from other systems are verified here too, until their owners sign in.
"""

import asyncio
import base64
import hmac
import os
import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from proofup.directory.passwords import PasswordCredential, normal_password
from proofup.hashing.cost import HASH_BYTES, PRODUCT, SALT_BYTES, Cost
from proofup.hashing.evenness import Evenness
from proofup.hashing.foreign import ForeignHash
from proofup.hashing.lane import Lane
from proofup.hashing.verifiers import (
    FOREIGN,
    effort,
    foreign_verifier,
    memory_kib,
    reads_all,
    verify_foreign,
)
from proofup.values.errors import UnreadableSecretError
from proofup.values.ids import Entropy, UserId
from proofup.values.sealing import KeyPurpose, KeyRing
from proofup.values.secret import Secret
from proofup.values.stretching import Stretch, Terms

R = TypeVar("R")

USUAL = 2  # times the memory of a new hash, so that halving the setting slows nobody


class Argon2idPool:
    """Hashes and verifies passwords; implements ``directory.passwords.PasswordHashing``.

    ``cores`` is how many hashes run at once, by default what the process may use of the machine.
    """

    def __init__(
        self,
        keys: KeyRing,
        *,
        entropy: Entropy,
        cost: Cost = PRODUCT,
        cores: int | None = None,
    ) -> None:
        cores = cores or usable_cores()
        self._keys = keys
        self._entropy = entropy
        self._cost = cost
        self.usual = Lane(cores, name="hashing")
        self.heavy = Lane(1, name="hashing-heavy")
        # Nobody's verifier: same parameters, so that it takes the same time to find it wrong.
        self._evenness = Evenness()
        self._dummy = _encoded(cost, salt=entropy(SALT_BYTES), digest=entropy(HASH_BYTES))

    def require_room(self, credential: PasswordCredential | None = None) -> None:
        """Raise TooBusyError where no more is taken now; ``credential`` is what is to be verified.

        Without one it is about a new hash.
        """
        lane = self.usual if credential is None else self._lane_of(credential.verifier)
        lane.require_room()

    async def verify(self, password: Secret[str], credential: PasswordCredential | None) -> bool:
        """Tell whether ``password`` is the credential's; without one, False as late as ever.

        Raises TooBusyError, and UnreadableSecretError where the pepper's key is not there.
        """
        if credential is None:
            pepper_id, verifier = self._keys.current(KeyPurpose.PEPPER)[0], self._dummy
        else:
            pepper_id, verifier = credential.pepper_id, credential.verifier
        pepper, typed = self._pepper(pepper_id), password.reveal()
        lane = self._lane_of(verifier)
        if verifier.startswith(FOREIGN):
            kind = effort(verifier, typed)
            right, seconds = await lane.run(
                lambda: _timed(lambda: verify_foreign(verifier, typed, pepper))
            )
        else:
            kind, peppered = _prefix_of(verifier), _peppered(typed, pepper)
            right, seconds = await lane.run(lambda: _timed(lambda: _verify(verifier, peppered)))
        self._evenness.note(kind, seconds)
        if not right:
            await asyncio.sleep(self._evenness.seconds_left(seconds))
        return right and credential is not None

    async def hash(
        self, user_id: UserId, password: Secret[str], *, at: datetime
    ) -> PasswordCredential:
        """Return a new credential for ``password``, with a new salt. Raises TooBusyError."""
        pepper_id, _ = self._keys.current(KeyPurpose.PEPPER)
        peppered = _peppered(password.reveal(), self._pepper(pepper_id))
        salt = self._entropy(SALT_BYTES)
        verifier = await self.usual.run(lambda: _hash(self._cost, peppered, salt))
        return PasswordCredential(
            user_id=user_id, verifier=verifier, pepper_id=pepper_id, changed_at=at
        )

    def outdated(self, credential: PasswordCredential, password: Secret[str]) -> bool:
        """Tell whether the credential is of another kind, cost or pepper than new ones.

        One that does not read the whole ``password`` is kept: a typing error behind its end would
        become the password.
        """
        verifier = credential.verifier
        if verifier.startswith(FOREIGN) and not reads_all(verifier, password.reveal()):
            return False
        pepper_id, _ = self._keys.current(KeyPurpose.PEPPER)
        return credential.pepper_id != pepper_id or not credential.verifier.startswith(
            _prefix(self._cost)
        )

    def adopt(self, user_id: UserId, foreign: ForeignHash, *, at: datetime) -> PasswordCredential:
        """Return the credential of a hash that another system made."""
        return adopted(self._keys, user_id, foreign, at=at)

    @property
    def terms(self) -> Terms:
        """How new secrets are stretched."""
        pepper_id, _ = self._keys.current(KeyPurpose.PEPPER)
        return Terms(
            pepper_id=pepper_id, memory_kib=self._cost.memory_kib, passes=self._cost.passes
        )

    async def stretch(self, wanted: Stretch) -> bytes:
        """Return what is stored of ``wanted``. Raises TooBusyError, UnreadableSecretError."""
        terms = wanted.terms
        peppered = _peppered(wanted.text.reveal(), self._pepper(terms.pepper_id))
        cost = Cost(memory_kib=terms.memory_kib, passes=terms.passes)
        lane = self._lane_for(cost.memory_kib)
        return await lane.run(lambda: _stretched(cost, peppered, wanted.salt))

    @property
    def taken(self) -> int:
        """How many usual hashes run or wait; at ``most`` no more are taken."""
        return self.usual.taken

    @property
    def most(self) -> int:
        """How many usual hashes may run or wait."""
        return self.usual.most

    def close(self) -> None:
        """Let running hashes end and forget queued ones."""
        self.usual.close()
        self.heavy.close()

    def _pepper(self, pepper_id: str) -> bytes:
        pepper = self._keys.keys[KeyPurpose.PEPPER].get(pepper_id)
        if pepper is None:
            raise UnreadableSecretError
        return pepper.reveal()

    def _lane_of(self, verifier: str) -> Lane:
        return self._lane_for(memory_kib(verifier))

    def _lane_for(self, kib: int) -> Lane:
        return self.usual if kib <= USUAL * self._cost.memory_kib else self.heavy


def adopted(
    keys: KeyRing, user_id: UserId, foreign: ForeignHash, *, at: datetime
) -> PasswordCredential:
    """Return the credential of a hash that another system made."""
    pepper_id, pepper = keys.current(KeyPurpose.PEPPER)
    return PasswordCredential(
        user_id=user_id,
        verifier=foreign_verifier(foreign, pepper),
        pepper_id=pepper_id,
        changed_at=at,
    )


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _peppered(typed: str, pepper: bytes) -> bytes:
    # A lone surrogate is no text, but whoever sends one gets a refusal and not a fault.
    text = normal_password(typed).encode(errors="surrogatepass")
    return hmac.digest(pepper, text, "sha256")


def _timed(check: Callable[[], bool]) -> tuple[bool, float]:
    """Return what ``check`` says, and the seconds it took without the wait for a thread."""
    begun = time.perf_counter()
    right = check()
    return right, time.perf_counter() - begun


def _prefix(cost: Cost) -> str:
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p={cost.lanes}$"


def _prefix_of(verifier: str) -> str:
    return verifier[: verifier.index("$", verifier.index("p="))]


def _encoded(cost: Cost, *, salt: bytes, digest: bytes) -> str:
    parts = (base64.b64encode(part).rstrip(b"=").decode() for part in (salt, digest))
    return _prefix(cost) + "$".join(parts)


def _hash(cost: Cost, peppered: bytes, salt: bytes) -> str:
    from argon2.low_level import Type, hash_secret

    return hash_secret(
        peppered,
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=HASH_BYTES,
        type=Type.ID,
    ).decode()


def _stretched(cost: Cost, peppered: bytes, salt: bytes) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        peppered,
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=HASH_BYTES,
        type=Type.ID,
    )


def _verify(verifier: str, peppered: bytes) -> bool:
    from argon2.exceptions import VerifyMismatchError
    from argon2.low_level import Type, verify_secret

    try:
        return verify_secret(verifier.encode(), peppered, Type.ID)
    except VerifyMismatchError:
        return False
