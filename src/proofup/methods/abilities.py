"""Optional abilities of methods: to be registered, imported, issued, or hashed slowly."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from msgspec import Struct

from proofup.methods.protocol import RegisteredMethod, VerificationMethod
from proofup.values.ids import Entropy, MethodId, UserId
from proofup.values.secret import Secret
from proofup.values.stretching import Stretch, Terms


class Provisioning(Struct, frozen=True, kw_only=True):
    """Data that is shown once during a registration (the key for an app)."""

    uri: Secret[str]
    secret: Secret[str]


class Draft(Struct, frozen=True, kw_only=True):
    """A new method with random secrets; ``shown`` is displayed once and not stored.

    ``method`` still lacks the verifiers: the slow hashes ("stretching") of each of ``stretch``.
    """

    method: RegisteredMethod
    shown: tuple[Secret[str], ...]
    stretch: tuple[Stretch, ...]


@runtime_checkable
class RegistrableMethod(VerificationMethod, Protocol):
    """A method that a person registers and proves before it is stored."""

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
        """Return the method that a person wants to register, not yet proven or stored.

        Raises the error of the first bad field in ``typed``.
        """
        ...

    def is_typed(self, held: RegisteredMethod, typed: Mapping[str, str]) -> bool:
        """Return whether ``typed`` equals ``held``, so that there is nothing to register."""
        ...

    def provisioning(self, candidate: RegisteredMethod, *, account: str) -> Provisioning | None:
        """Return what to show while ``candidate`` is being registered for ``account``."""
        ...


@runtime_checkable
class NamedMethod(VerificationMethod, Protocol):
    """A method that its owner gave a name."""

    def renamed(self, held: RegisteredMethod, name: str) -> RegisteredMethod:
        """Return ``held`` by another name. Raises InvalidInputError."""
        ...


@runtime_checkable
class ImportableMethod(VerificationMethod, Protocol):
    """A method that can be imported with a new user, because the earlier system has verified it."""

    @property
    def columns(self) -> Sequence[str]:
        """The import columns that hold such methods, in the order in which they are read."""
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
        """Return the method in ``column`` of the row ``told``, to be stored without a challenge.

        ``region`` (ISO 3166) is the person's country. Raises InvalidFieldError.
        """
        ...


@runtime_checkable
class IssuedMethod(VerificationMethod, Protocol):
    """A method with secrets of the service, shown once; it is valid once it is stored."""

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

        ``terms`` are the parameters for stretching its secrets. Raises the error of the first bad
        field in ``wanted``.
        """
        ...

    def is_within(self, held: RegisteredMethod, rules: Mapping[str, object]) -> bool:
        """Return whether the present ``rules`` still allow ``held`` as it was issued."""
        ...

    def finished(self, draft: Draft, stretched: Sequence[bytes]) -> RegisteredMethod:
        """Return the method to be stored; ``stretched`` are the hashes of ``draft.stretch``."""
        ...


@runtime_checkable
class StretchingMethod(VerificationMethod, Protocol):
    """A method whose answers must be stretched before ``verify`` can judge them."""

    def to_stretch(self, held: RegisteredMethod, typed: str) -> Stretch | None:
        """Return the part of ``typed`` to stretch; None if it cannot be an answer."""
        ...
