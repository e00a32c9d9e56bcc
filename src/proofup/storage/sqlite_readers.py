"""Connections to SQLite for reads that take a while.

A thread that reads has one to itself. A few are kept, because opening one and reading the schema
takes longer than most of these reads.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

KEPT = 2  # each keeps up to 8 MB of pages


class Readers:
    """Lends connections to threads; ``connect`` opens one."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def lent(self) -> Iterator[sqlite3.Connection]:
        """Give a connection; one that an error leaves is closed."""
        connection = self._taken() or self._connect()
        is_kept = False
        try:
            yield connection
            is_kept = self._given_back(connection)
        finally:
            if not is_kept:
                connection.close()

    def close(self) -> None:
        """Close those that are idle; others are closed as soon as they are."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _taken(self) -> sqlite3.Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _given_back(self, connection: sqlite3.Connection) -> bool:
        """Keep ``connection``, unless enough are kept."""
        with self._lock:
            is_kept = not self._closed and len(self._idle) < KEPT
            if is_kept:
                self._idle.append(connection)
            return is_kept
