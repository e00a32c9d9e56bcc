"""Remembered devices: one row for each account in each browser."""

from typing import ClassVar

from proofup.directory.devices import (
    LONGEST,
    Device,
    ForgetDevice,
    ForgetDevices,
    RememberDevice,
    UseDevice,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import client_of
from proofup.storage.statements import Row, Steps, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import StaleError
from proofup.values.ids import DeviceId, UserId

COLUMNS = (
    "id, user_id, epoch, secret_digest, former_digest, rotated_at, remembered_at, last_used_at, "
    "address, agent"
)
DEVICES_OF_USER = (
    f"SELECT {COLUMNS} FROM remembered_devices WHERE user_id = ? ORDER BY last_used_at DESC, id"
)
REMEMBER = (
    f"INSERT INTO remembered_devices ({COLUMNS}, expires_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
USE_DEVICE = (
    "UPDATE remembered_devices SET secret_digest = ?, former_digest = ?, rotated_at = ?, "
    "last_used_at = ?, address = ?, agent = ? WHERE id = ? AND secret_digest = ?"
)
FORGET = "DELETE FROM remembered_devices WHERE id = ? AND user_id = ?"
FORGET_ALL = "DELETE FROM remembered_devices WHERE user_id = ?"
# Sign-ins in progress lose their tick to remember the browser, too; one that is just ending must
# retry.
FORGET_TICKS = (
    "UPDATE sign_ins SET remember = 0, revision = revision + 1 WHERE user_id = ? AND remember = 1"
)


class DeviceRows(Aggregate, frozen=True):
    """The port ``Devices``, and the changes of devices."""

    expiry: ClassVar[Expiry | None] = Expiry(table="remembered_devices")

    async def of_user(self, user_id: UserId) -> list[Device]:
        """Return all devices of a user, the most recently used first."""
        return [_device_of(row) for row in await self.engine.rows(DEVICES_OF_USER, user_id)]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            RememberDevice: self.remember,
            UseDevice: self.use,
            ForgetDevice: self.forget,
            ForgetDevices: self.forget_all,
        }

    def remember(self, change: RememberDevice) -> Steps[None]:
        """Store a device."""
        new = change.device
        yield from touched(
            REMEMBER,
            new.id,
            new.user_id,
            new.epoch,
            new.secret_digest,
            new.former_digest,
            to_microseconds(new.rotated_at),
            to_microseconds(new.remembered_at),
            to_microseconds(new.last_used_at),
            new.client.address,
            new.client.agent,
            to_microseconds(new.remembered_at + LONGEST),
        )

    def use(self, change: UseDevice) -> Steps[None]:
        """Store the new secret after a use, unless another use was faster."""
        new = change.device
        if not (
            yield from touched(
                USE_DEVICE,
                new.secret_digest,
                new.former_digest,
                to_microseconds(new.rotated_at),
                to_microseconds(new.last_used_at),
                new.client.address,
                new.client.agent,
                new.id,
                change.was,
            )
        ):
            raise StaleError

    def forget(self, change: ForgetDevice) -> Steps[None]:
        """Remove a device, if it is the user's."""
        yield from touched(FORGET, change.device_id, change.user_id)

    def forget_all(self, change: ForgetDevices) -> Steps[None]:
        """Remove every device of a user, and the ticks of sign-ins in progress."""
        yield from touched(FORGET_ALL, change.user_id)
        yield from touched(FORGET_TICKS, change.user_id)


def _device_of(columns: Row) -> Device:
    return Device(
        id=DeviceId(columns[0]),
        user_id=UserId(columns[1]),
        epoch=columns[2],
        secret_digest=columns[3],
        former_digest=columns[4],
        rotated_at=from_microseconds(columns[5]),
        remembered_at=from_microseconds(columns[6]),
        last_used_at=from_microseconds(columns[7]),
        client=client_of(*columns[8:10]),
    )
