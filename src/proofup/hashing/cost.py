"""What one hash costs: the parameters of Argon2id (RFC 9106 §3.1)."""

from msgspec import Struct

HASH_BYTES = 32
SALT_BYTES = 16


class Cost(Struct, frozen=True, kw_only=True):
    """Memory in KiB, passes over it, and lanes; RFC 9106 calls them m, t and p."""

    memory_kib: int
    passes: int
    lanes: int = 1


PRODUCT = Cost(memory_kib=64 * 1024, passes=3)  # RFC 9106 §4, the second recommended option's m, t
FLOOR = Cost(memory_kib=19 * 1024, passes=2)  # OWASP Password Storage Cheat Sheet; never below
