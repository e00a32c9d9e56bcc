"""Builds the hashing of passwords with the peppers of the database."""

from proofup.config.settings import Settings
from proofup.hashing.cost import Cost
from proofup.hashing.pool import Argon2idPool
from proofup.values.ids import Entropy
from proofup.values.sealing import KeyRing

KIBI = 1024


def password_hashing(settings: Settings, keys: KeyRing, *, entropy: Entropy) -> Argon2idPool:
    """Return a pool that hashes with the parameters of the settings; the caller closes it."""
    hashing = settings.hashing
    cost = Cost(memory_kib=hashing.memory_mib * KIBI, passes=hashing.passes)
    return Argon2idPool(keys, entropy=entropy, cost=cost)
