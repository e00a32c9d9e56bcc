"""Device codes: a person approves on one machine what a program asks for on another (RFC 8628)."""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.tokens.authorization import SignedIn
from proofup.values.changes import Change
from proofup.values.ids import ApplicationId, Entropy

LIFETIME = timedelta(minutes=15)
INTERVAL_SECONDS = 5
# Without letters that are read as others, and without vowels, so that no words come about.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
LENGTH = 9


class DeviceCode(Struct, frozen=True, kw_only=True):
    """A request of a device. ``signed_in`` is set when a person has approved it."""

    user_code: str
    application_id: ApplicationId
    scope: str
    started_at: datetime
    takes_challenges: bool = False
    is_denied: bool = False
    signed_in: SignedIn | None = None

    @property
    def expires_at(self) -> datetime:
        """When nobody can approve it any more."""
        return self.started_at + LIFETIME

    @property
    def is_answered(self) -> bool:
        """Whether a person has approved or denied it."""
        return self.is_denied or self.signed_in is not None


class DeviceCodes(Protocol):
    """Reads device codes."""

    async def by_code(self, code_digest: bytes) -> DeviceCode | None:
        """Return the request of the device that holds this code."""
        ...

    async def by_user_code(self, user_code: str) -> DeviceCode | None:
        """Return the request that shows this code to a person."""
        ...


class OpenDeviceCode(Change, frozen=True, kw_only=True):
    """Stores a request of a device. Raises StaleError if its user code is in use."""

    code_digest: bytes
    device_code: DeviceCode


class AnswerDeviceCode(Change, frozen=True, kw_only=True):
    """Stores a person's answer. Raises AlreadySpentError if there is one, or it has expired."""

    device_code: DeviceCode
    at: datetime


class SpendDeviceCode(Change, frozen=True, kw_only=True):
    """Removes an approved code, as tokens are given for it. Raises AlreadySpentError."""

    code_digest: bytes


def new_user_code(entropy: Entropy) -> str:
    """Return a code to be typed: about 43 bits, for 15 minutes."""
    return "".join(LETTERS[one % len(LETTERS)] for one in entropy(LENGTH))


def typed_user_code(typed: str) -> str:
    """Return the code that somebody typed, without spaces and hyphens."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
