"""Four small pieces of work, to compare this machine with the one where the bars were set.

The bars are times, which depend on the machine. The times of these yardsticks on the machine of the
bars are known, so the bars can be converted to this machine.
"""

import asyncio
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from bench.report import Yardstick

MICRO = 1e-6
READS, HOPS, SIGNATURES = 2000, 400, 40
CLAIMS = b'{"iss":"https://id.contoso.test","aud":"https://graph.contoso.test","exp":1795687200}'
TURNS = 3

# CPU seconds on the machine where the bars were set.
READ = "a row by its key, among a million in SQLite"
HOP = "the same, by way of a thread"
ES256 = "a signature, ES256"
RS256 = "a signature, RS256"
THERE = {READ: 8 * MICRO, HOP: 44 * MICRO, ES256: 22 * MICRO, RS256: 247 * MICRO}


class Yardsticks:
    """Measures them repeatedly, because the speed of a machine varies."""

    def __init__(self, connection: sqlite3.Connection, rows: int) -> None:
        self._connection = connection
        drawn = Random(1)  # noqa: S311 - the same rows in every run
        self._keys = [_key(drawn.randrange(rows)) for _ in range(READS)]
        self._es256 = ec.generate_private_key(ec.SECP256R1())
        self._rs256 = rsa.generate_private_key(65537, 2048)
        self._best: dict[str, float] = {}

    def take(self) -> None:
        """Measure each; the minimum counts, as with all figures."""
        with asyncio.Runner() as runner:
            for _ in range(TURNS):
                self._keep(READ, _cpu(self._read), READS)
                self._keep(HOP, _cpu(lambda: runner.run(self._hop())), HOPS)
                self._keep(ES256, _cpu(self._sign_es256), SIGNATURES)
                self._keep(RS256, _cpu(self._sign_rs256), SIGNATURES)

    def taken(self) -> list[Yardstick]:
        """Return the time of each, on this machine and on that of the bars."""
        return [Yardstick(what, here, THERE[what]) for what, here in self._best.items()]

    def _keep(self, what: str, seconds: float, acts: int) -> None:
        self._best[what] = min(self._best.get(what, seconds), seconds / acts)

    def _read(self) -> None:
        for key in self._keys:
            self._row(key)

    def _row(self, key: str) -> object:
        return self._connection.execute("SELECT * FROM rows WHERE id = ?", (key,)).fetchone()

    async def _hop(self) -> None:
        for key in self._keys[:HOPS]:
            await asyncio.to_thread(self._row, key)

    def _sign_es256(self) -> None:
        for _ in range(SIGNATURES):
            self._es256.sign(CLAIMS, ec.ECDSA(SHA256()))

    def _sign_rs256(self) -> None:
        for _ in range(SIGNATURES):
            self._rs256.sign(CLAIMS, padding.PKCS1v15(), SHA256())


@contextmanager
def yardsticks(folder: Path, rows: int) -> Iterator[Yardsticks]:
    """Give the yardsticks, with a table of ``rows`` rows in ``folder``."""
    connection = sqlite3.connect(
        folder / "yardstick.sqlite3", isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE rows (id TEXT PRIMARY KEY, name TEXT, words TEXT)")
        connection.execute("BEGIN")
        words = secrets.token_hex(30)
        connection.executemany(
            "INSERT INTO rows VALUES (?, ?, ?)",
            ((_key(number), f"robin{number}@contoso.test", words) for number in range(rows)),
        )
        connection.execute("COMMIT")
        yield Yardsticks(connection, rows)
    finally:
        connection.close()


def _key(number: int) -> str:
    return f"{number:032x}"


def _cpu(act: Callable[[], None]) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before
