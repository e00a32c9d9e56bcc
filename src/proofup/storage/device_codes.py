"""Device codes that wait for a person, or for their device."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.statements import Row, Steps, touched
from proofup.tokens.device_code import AnswerDeviceCode, DeviceCode, OpenDeviceCode, SpendDeviceCode
from proofup.values.clock import to_microseconds
from proofup.values.errors import AlreadySpentError, StaleError

BY_CODE = "SELECT document FROM device_codes WHERE code_digest = ?"
BY_USER_CODE = "SELECT document FROM device_codes WHERE user_code = ?"
OPEN = (
    "INSERT INTO device_codes (code_digest, user_code, document, answered, expires_at) "
    "VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING"
)
ANSWER = (
    "UPDATE device_codes SET document = ?, answered = 1 "
    "WHERE user_code = ? AND answered = 0 AND expires_at > ?"
)
SPEND = "DELETE FROM device_codes WHERE code_digest = ?"

_device_code = msgspec.json.Decoder(DeviceCode)


class DeviceCodeRows(Aggregate, frozen=True):
    """The port ``DeviceCodes``, and its changes."""

    expiry: ClassVar[Expiry | None] = Expiry(table="device_codes", key="code_digest")

    async def by_code(self, code_digest: bytes) -> DeviceCode | None:
        """Return the request of the device that holds this code."""
        return _of(await self.engine.rows(BY_CODE, code_digest))

    async def by_user_code(self, user_code: str) -> DeviceCode | None:
        """Return the request that shows this code to a person."""
        return _of(await self.engine.rows(BY_USER_CODE, user_code))

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenDeviceCode: self.open,
            AnswerDeviceCode: self.answer,
            SpendDeviceCode: self.spend,
        }

    def open(self, change: OpenDeviceCode) -> Steps[None]:
        """Store a request."""
        new = change.device_code
        document, ends = msgspec.json.encode(new).decode(), to_microseconds(new.expires_at)
        if not (yield from touched(OPEN, change.code_digest, new.user_code, document, ends)):
            raise StaleError

    def answer(self, change: AnswerDeviceCode) -> Steps[None]:
        """Store the answer of a person; there is only one."""
        new = change.device_code
        document = msgspec.json.encode(new).decode()
        if not (yield from touched(ANSWER, document, new.user_code, to_microseconds(change.at))):
            raise AlreadySpentError

    def spend(self, change: SpendDeviceCode) -> Steps[None]:
        """Remove a code; this decides which of several polls gets the tokens."""
        if not (yield from touched(SPEND, change.code_digest)):
            raise AlreadySpentError


def _of(found: Sequence[Row]) -> DeviceCode | None:
    return _device_code.decode(found[0][0]) if found else None
