"""The signing keys of a running process: read again each minute, and renewed when one is due."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from proofup.tokens.signing_key import (
    AddSigningKey,
    MakeKey,
    SigningKey,
    SigningKeys,
    following,
    is_due,
    signing_at,
)
from proofup.values.changes import Commit
from proofup.values.errors import StaleError
from proofup.values.ids import Entropy

READ_AGAIN_AFTER = timedelta(minutes=1)  # far less than a key is published before it signs


class CurrentKeys:
    """Knows the published keys, and makes the next one in time.

    Another process may make one at the same moment: the database takes one of them, and both
    processes read that.
    """

    def __init__(
        self, stored: SigningKeys, make_key: MakeKey, commit: Commit, entropy: Entropy
    ) -> None:
        self._stored = stored
        self._make_key = make_key
        self._commit = commit
        self._entropy = entropy
        self._known: Sequence[SigningKey] = ()
        self._read_at: datetime | None = None

    async def published(self, at: datetime, *, kid: str | None = None) -> Sequence[SigningKey]:
        """Return the keys that tokens may be verified with; one is among them that signs.

        If ``kid`` is not known yet, they are read again.
        """
        if self._is_old(at) or (kid is not None and all(one.id != kid for one in self._known)):
            await self._read(at)
        if is_due(self._known, at):
            await self._renew(at)
        return self._known

    async def signing(self, at: datetime) -> SigningKey:
        """Return the key to sign with now."""
        found = signing_at(await self.published(at), at)
        if found is None:
            raise AssertionError("a key that signs at once was just made")
        return found

    def _is_old(self, at: datetime) -> bool:
        return self._read_at is None or abs(at - self._read_at) >= READ_AGAIN_AFTER

    async def _read(self, at: datetime) -> None:
        self._known = await self._stored.published()
        self._read_at = at

    async def _renew(self, at: datetime) -> None:
        new = following(self._known, await self._make_key(), at=at, entropy=self._entropy)
        with suppress(StaleError):  # another process was faster
            await self._commit(AddSigningKey(key=new))
        await self._read(at)
