"""What some methods can do beside answering: be registered, imported, issued, stretched."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from msgspec import Struct

from proofup.methods.protocol import RegisteredMethod, VerificationMethod
from proofup.values.ids import Entropy, MethodId, UserId
from proofup.values.secret import Secret
from proofup.values.stretching import Stretch, Terms


class Provisioning(Struct, frozen=True, kw_only=True):
    """What is shown once while a method is being registered (a key for an app)."""

    uri: Secret[str]
    secret: Secret[str]


class Draft(Struct, frozen=True, kw_only=True):
    """A method whose secrets the service has drawn: what is ``shown`` once, and is not kept.

    ``method`` lacks the verifiers of them, which come of stretching each of ``stretch``.
    """

    method: RegisteredMethod
    shown: tuple[Secret[str], ...]
    stretch: tuple[Stretch, ...]


@runtime_checkable
class RegistrableMethod(VerificationMethod, Protocol):
    """A method that a person brings along and proves before it is stored."""

    def candidate(
        self,
        typed: Mapping[str, str],
        *,
        method_id: MethodId,
        user_id: UserId,
        slot: str,
        at: datetime,
        entropy: Entropy,
    ) -> RegisteredMethod:
        """Return the method that a person wants to register; it is not proven and not stored.

        Raises the error of the first bad field in ``typed``.
        """
        ...

    def is_typed(self, held: RegisteredMethod, typed: Mapping[str, str]) -> bool:
        """Tell whether ``typed`` is what ``held`` is already, so that it needs no registration."""
        ...

    def provisioning(self, candidate: RegisteredMethod, *, account: str) -> Provisioning | None:
        """Return what to show while ``candidate`` is being registered for ``account``."""
        ...


@runtime_checkable
class ImportableMethod(VerificationMethod, Protocol):
    """A method that can come along with a new person: it was proven elsewhere."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns of an import that hold such methods, in the order in which they are read."""
        ...

    def imported(
        self,
        column: str,
        told: Mapping[str, str],
        *,
        region: str,
        method_id: MethodId,
        user_id: UserId,
        at: datetime,
    ) -> RegisteredMethod:
        """Return the method that ``column`` of ``told`` holds, to be stored as it stands there.

        ``region`` (ISO 3166) is where the person belongs. Raises InvalidFieldError.
        """
        ...


@runtime_checkable
class IssuedMethod(VerificationMethod, Protocol):
    """A method whose secrets the service draws and shows once; it counts as it is stored."""

    def draft(
        self,
        wanted: Mapping[str, str],
        *,
        method_id: MethodId,
        user_id: UserId,
        slot: str,
        rules: Mapping[str, object],
        terms: Terms,
        at: datetime,
        entropy: Entropy,
    ) -> Draft:
        """Return a new method under ``rules``, which are its own configuration.

        ``terms`` are those under which its secrets are to be stretched. Raises the error of the
        first bad field in ``wanted``.
        """
        ...

    def is_within(self, held: RegisteredMethod, rules: Mapping[str, object]) -> bool:
        """Tell whether ``held`` could be issued as it is under ``rules``, which may be stricter."""
        ...

    def finished(self, draft: Draft, stretched: Sequence[bytes]) -> RegisteredMethod:
        """Return the method to be stored; ``stretched`` is what came of ``draft.stretch``."""
        ...


@runtime_checkable
class StretchingMethod(VerificationMethod, Protocol):
    """A method whose answers have to be stretched before ``verify`` can judge them."""

    def to_stretch(self, held: RegisteredMethod, typed: str) -> Stretch | None:
        """Return what to stretch of ``typed``; None where it cannot be an answer of any kind."""
        ...
