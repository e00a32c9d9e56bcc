"""Remembered devices: browsers in which a person needs no second proof for some days.

A device is one browser that holds a secret for one account. The secret changes with each use, so a
copy in a second browser is detected.
"""

import hmac
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.client import Client
from proofup.values.ids import DeviceId, UserId, token_digest

LONGEST = timedelta(days=365)  # whatever the rules say
# Two tabs of one browser may send the same secret at once. The answer to the first replaces it for
# both, so the second gets no new one.
OVERLAP = timedelta(seconds=30)
MOST_OF_USER = 20  # browsers; a new one replaces the least recently used


class DeviceToken(Struct, frozen=True):
    """The cookie value of one account: the device's id and its secret."""

    id: DeviceId
    secret: str

    def __repr__(self) -> str:
        """Show the id alone: the secret replaces a second proof."""
        return f"DeviceToken({self.id!r})"


class Device(Struct, frozen=True, kw_only=True):
    """A browser that was remembered for one account.

    ``secret_digest`` is SHA-256 of the present secret, ``former_digest`` of the one before.
    ``remembered_at`` is when the second proof was given. ``client`` is the client to which the
    present secret was given.
    """

    id: DeviceId
    user_id: UserId
    epoch: int
    secret_digest: bytes
    former_digest: bytes | None = None
    rotated_at: datetime
    remembered_at: datetime
    last_used_at: datetime
    client: Client

    def is_copied(self, secret: str, client: Client) -> bool:
        """Return whether ``secret`` shows that the cookie was copied to another browser.

        The former secret is valid only from the network and browser to which its successor was
        given: another tab may send it at the same time, or the answer with the successor was lost.
        """
        if self.holds(secret):
            return False
        is_same_place = (client.network, client.agent) == (self.client.network, self.client.agent)
        return not (self.held(secret) and is_same_place)

    def holds(self, secret: str) -> bool:
        """Return whether ``secret`` is the present one."""
        return hmac.compare_digest(self.secret_digest, token_digest(secret))

    def held(self, secret: str) -> bool:
        """Return whether ``secret`` is the former one, whose successor was not used yet."""
        former = self.former_digest
        return former is not None and hmac.compare_digest(former, token_digest(secret))


class Devices(Protocol):
    """Reads remembered devices."""

    async def of_user(self, user_id: UserId) -> list[Device]:
        """Return all devices of a user, the most recently used first."""
        ...


class RememberDevice(Change, frozen=True, kw_only=True):
    """Stores a new device."""

    device: Device


class UseDevice(Change, frozen=True, kw_only=True):
    """Stores ``device`` after a use, if its secret is still ``was``. Raises StaleError."""

    device: Device
    was: bytes


class ForgetDevice(Change, frozen=True, kw_only=True):
    """Removes a device of the user; one that is gone already is no error."""

    user_id: UserId
    device_id: DeviceId


class ForgetDevices(Change, frozen=True, kw_only=True):
    """Removes every device of the user; sign-ins in progress no longer remember their browser."""

    user_id: UserId
