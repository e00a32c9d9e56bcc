"""Stretching: the slow hash (Argon2id) under which short secrets are stored.

It takes a tenth of a second of a processor, so it happens in a bounded pool and not where an
answer is judged. A method names what has to be stretched, a flow awaits it and hands the result on.
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
        """Raise TooBusyError where no more is taken now: before a try is counted, for one."""
        ...

    @property
    def terms(self) -> Terms:
        """The terms of new secrets."""
        ...

    async def stretch(self, wanted: Stretch) -> bytes:
        """Return what is stored of ``wanted``."""
        ...
