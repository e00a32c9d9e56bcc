"""Remembered devices: browsers in which a person is not asked for the second proof for a while.

A device is one browser that holds a secret for one account. The secret is another one after each
use, so that of two browsers that hold it one is found out.
"""

import hmac
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.client import Client
from proofup.values.ids import DeviceId, UserId, token_digest

LONGEST = timedelta(days=365)  # whatever the rules say
# Two tabs of one browser may show the same secret at once. The answer to the first replaces it for
# both, so the second one gets no other.
OVERLAP = timedelta(seconds=30)
MOST_OF_USER = 20  # browsers; the one that was not used for longest makes room


class DeviceToken(Struct, frozen=True):
    """What a browser shows of one account: which device it is, and its secret."""

    id: DeviceId
    secret: str

    def __repr__(self) -> str:
        """Show the id alone: whoever has the secret skips a proof."""
        return f"DeviceToken({self.id!r})"


class Device(Struct, frozen=True, kw_only=True):
    """A browser that was remembered for one account.

    ``secret_digest`` is SHA-256 of the secret it holds, ``former_digest`` of the one before.
    ``remembered_at`` is when the second proof was given. ``client`` is of the use that gave it
    the present secret.
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
        """Tell whether another browser than the one that shows ``secret`` has had this device.

        The former secret is all right only where its successor was given, by network and by what
        the browser says of itself: another tab may show it at the same time, or the answer with
        the successor was lost.
        """
        if self.holds(secret):
            return False
        is_same_place = (client.network, client.agent) == (self.client.network, self.client.agent)
        return not (self.held(secret) and is_same_place)

    def holds(self, secret: str) -> bool:
        """Tell whether ``secret`` is the present one."""
        return hmac.compare_digest(self.secret_digest, token_digest(secret))

    def held(self, secret: str) -> bool:
        """Tell whether ``secret`` is the one before, whose successor nobody has shown yet."""
        former = self.former_digest
        return former is not None and hmac.compare_digest(former, token_digest(secret))


class Devices(Protocol):
    """Reads remembered devices."""

    async def of_user(self, user_id: UserId) -> list[Device]:
        """Return all of a user, the last used first."""
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
    """Removes every device of the user; a sign-in with the box ticked makes none any more."""

    user_id: UserId
