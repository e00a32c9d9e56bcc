"""What a person holds (NIST SP 800-63B-4): registered methods, how they are read and changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NewType, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from proofup.values.changes import Change
from proofup.values.ids import MethodId, UserId

MethodKind = NewType("MethodKind", str)


class RegisteredMethod(Struct, frozen=True, kw_only=True):
    """One method of one person, as stored.

    A person has at most one method in each ``slot``. No two methods have the same ``id``: one that
    exists only once in the world derives its id from what it is. ``document`` is its stored data,
    sealed at rest; only the method's own module reads it. ``revision`` grows with each change of
    the row and detects concurrent changes. ``pepper_id`` names the pepper of the hashes in the
    document, which is kept as long as they are.
    """

    id: MethodId
    user_id: UserId
    kind: MethodKind
    slot: str
    document: bytes
    created_at: datetime
    last_used_at: datetime | None = None
    revision: int = 0
    pepper_id: str | None = None

    def used(self, document: bytes | None = None, *, at: datetime) -> "RegisteredMethod":
        """Return the method as it should be stored after a use."""
        kept = self.document if document is None else document
        return replace(self, document=kept, last_used_at=at)

    def __repr__(self) -> str:
        return f"RegisteredMethod({self.id}, {self.kind}, {self.slot}, …)"


class NewMethod(Struct, frozen=True, kw_only=True):
    """The id, the owner and the slot of a method that is made ``at`` an instant."""

    id: MethodId
    user_id: UserId
    slot: str
    at: datetime

    def of(
        self, kind: MethodKind, document: Struct, *, pepper_id: str | None = None
    ) -> RegisteredMethod:
        """Return the method as it is stored, with ``document`` in JSON."""
        return RegisteredMethod(
            id=self.id,
            user_id=self.user_id,
            kind=kind,
            slot=self.slot,
            document=msgspec.json.encode(document),
            created_at=self.at,
            pepper_id=pepper_id,
        )


class RegisteredMethods(Protocol):
    """Reads the methods of one person."""

    async def of_user(self, user_id: UserId) -> Sequence[RegisteredMethod]:
        """Return all methods of the user, oldest first."""
        ...


class AddMethod(Change, frozen=True, kw_only=True):
    """Stores a new method. Raises SlotTakenError, and MethodTakenError where its id is taken."""

    method: RegisteredMethod


class UpdateMethod(Change, frozen=True, kw_only=True):
    """Stores ``method`` if the row still has its revision. Raises StaleMethodError."""

    method: RegisteredMethod


class ReplaceMethod(Change, frozen=True, kw_only=True):
    """Removes ``old_id`` and adds ``new`` in its slot. Raises StaleMethodError if it is gone."""

    old_id: MethodId
    new: RegisteredMethod


class RequireMethods(Change, frozen=True, kw_only=True):
    """Writes nothing; raises StaleMethodError unless ``ids`` are all that the user holds.

    It is only safe after a change that locks the account.
    """

    user_id: UserId
    ids: frozenset[MethodId]


class RemoveMethod(Change, frozen=True, kw_only=True):
    """Removes a method of the user. Raises StaleMethodError if it is gone."""

    user_id: UserId
    method_id: MethodId
