"""Stretching: the slow hash (Argon2id) under which short secrets are stored.

It takes a tenth of a second of a CPU, so it runs in a bounded pool, before the answer is judged. A
method says what must be stretched; the flow awaits it and passes the result on.
"""

from typing import Protocol

from msgspec import Struct

from proofup.values.secret import Secret


class Terms(Struct, frozen=True, kw_only=True):
    """How a secret is stretched: under which pepper, at which cost."""

    pepper_id: str
    memory_kib: int
    passes: int


class Stretch(Struct, frozen=True, kw_only=True):
    """A text to be stretched, as it is compared or stored."""

    text: Secret[str]
    salt: bytes
    terms: Terms


class Stretching(Protocol):
    """Stretches texts, some time later, in bounded threads. Raises TooBusyError."""

    def require_room(self) -> None:
        """Raise TooBusyError if the pool is full; call it before an attempt is counted."""
        ...

    @property
    def terms(self) -> Terms:
        """The terms of new secrets."""
        ...

    async def stretch(self, wanted: Stretch) -> bytes:
        """Return what is stored of ``wanted``."""
        ...
