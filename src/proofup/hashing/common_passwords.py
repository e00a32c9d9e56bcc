"""The passwords that everybody tries first, as a table of short digests.

``common_passwords.bin`` holds the first five bytes of SHA-256 of each password, sorted, without
anything between them: a seventh of the memory of a set of words, and one in eight million other
passwords is mistaken for one of them. ``workshop/common_passwords.py`` makes it and says from
what; its size and source stand in ``docs/operators/passwords.md``.
"""

import hashlib
from functools import cached_property
from pathlib import Path

DIGEST_BYTES = 5
BUNDLED = Path(__file__).with_name("common_passwords.bin")


def digest(password: str) -> bytes:
    """Return what stands in the table for ``password``."""
    text = password.encode(errors="surrogatepass")
    return hashlib.sha256(text).digest()[:DIGEST_BYTES]


class CommonPasswordTable:
    """Knows common passwords; implements ``directory.passwords.CommonPasswords``."""

    def __init__(self, file: Path = BUNDLED) -> None:
        self._file = file

    @cached_property
    def _table(self) -> bytes:
        return self._file.read_bytes()

    def __len__(self) -> int:
        return len(self._table) // DIGEST_BYTES

    def __contains__(self, password: str) -> bool:
        """Tell whether ``password``, folded to lower case, is among them."""
        wanted, table = digest(password), self._table
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            found = table[middle * DIGEST_BYTES : (middle + 1) * DIGEST_BYTES]
            if found == wanted:
                return True
            low, high = (middle + 1, high) if found < wanted else (low, middle)
        return False
