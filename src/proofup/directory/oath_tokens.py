"""Hardware tokens of the organisation: devices that show codes, whether somebody has them or not.

A token that somebody has is registered as an authentication method with the id of the token. So
nobody else can have it, and it is free again as soon as that method is deleted.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.errors import StaleError
from proofup.values.ids import MethodId, UserId
from proofup.values.secret import Secret


class HashAlgorithm(StrEnum):
    """The hash of RFC 6238, under Graph's names (``hardwareOathTokenHashFunction``)."""

    SHA1 = "hmacsha1"
    SHA256 = "hmacsha256"
    SHA512 = "hmacsha512"


class OathToken(Struct, frozen=True, kw_only=True):
    """One token. ``secret`` is written and never read again, but by the method of its holder."""

    id: MethodId
    serial_number: str
    secret: Secret[bytes]
    time_interval_seconds: int = 30
    algorithm: HashAlgorithm = HashAlgorithm.SHA1
    digits: int = 6
    manufacturer: str = ""
    model: str = ""
    added_at: datetime


class Stocked(Struct, frozen=True):
    """A token and who has it, with their user name; None while it is free."""

    token: OathToken
    holder: UserId | None = None
    holder_name: str = ""


class OathTokens(Protocol):
    """Reads the tokens."""

    async def by_serial(self, serial_number: str) -> Stocked | None:
        """Return the token with this serial number."""
        ...

    async def by_id(self, token_id: MethodId) -> Stocked | None:
        """Return the token with this id."""
        ...

    async def page(
        self, *, begins: str = "", free: bool | None = None, after: str | None, most: int
    ) -> Sequence[Stocked]:
        """Return the next ``most`` tokens by serial number, after that one.

        Only those whose serial number ``begins`` so, and those that nobody has, or somebody, if it
        is said which.
        """
        ...


class AddToken(Change, frozen=True, kw_only=True):
    """Stores a token. Raises TokenKnownError where there is one with its serial number."""

    token: OathToken


class ChangeToken(Change, frozen=True, kw_only=True):
    """Stores ``token`` in place of the one with its id, but neither its number nor its secret.

    Raises StaleError where somebody has it, or it is gone.
    """

    token: OathToken


class RemoveToken(Change, frozen=True, kw_only=True):
    """Removes a token that nobody has. Raises StaleError where somebody has it, or it is gone."""

    token_id: MethodId


class TokenKnownError(StaleError):
    """There is a token with this serial number already."""

    def __init__(self, serial_number: str) -> None:
        super().__init__(serial_number)
        self.serial_number = serial_number
