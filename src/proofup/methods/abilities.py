"""Optional abilities of methods: registered, imported, issued, by script, or on a device."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from msgspec import Struct

from proofup.directory.oath_tokens import OathToken
from proofup.directory.users import User
from proofup.methods.protocol import Challenge, Purpose, VerificationMethod
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.values.ids import Entropy, MethodId, UserId
from proofup.values.messages import Push, Subscription
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
        self, typed: Mapping[str, str], new: NewMethod, entropy: Entropy
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
class TokenMethod(RegistrableMethod, Protocol):
    """A method that is made of a token in stock, which is named by its serial number."""

    @property
    def serial_field(self) -> str:
        """The field in which a serial number is typed."""
        ...

    def of_token(
        self,
        token: OathToken,
        typed: Mapping[str, str],
        *,
        user_id: UserId,
        slot: str,
        at: datetime,
    ) -> RegisteredMethod:
        """Return ``token`` as the method of a person; its id is that of the token.

        Raises the error of the first bad field in ``typed``.
        """
        ...


@runtime_checkable
class DeactivatedMethod(VerificationMethod, Protocol):
    """A method that stays with its owner when it is reset, and has to be proven again."""

    def deactivated(self, held: RegisteredMethod) -> RegisteredMethod:
        """Return ``held`` as it is stored until it is proven again."""
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
class RuledMethod(VerificationMethod, Protocol):
    """A method that its own configuration may forbid, registered or not."""

    def is_within(
        self, held: RegisteredMethod, rules: Mapping[str, object], *, purpose: Purpose
    ) -> bool:
        """Return whether the present ``rules`` allow ``held`` to be used for ``purpose``."""
        ...


@runtime_checkable
class IssuedMethod(RuledMethod, Protocol):
    """A method with secrets of the service, shown once; it is valid once it is stored."""

    def draft(
        self,
        wanted: Mapping[str, str],
        new: NewMethod,
        *,
        rules: Mapping[str, object],
        terms: Terms,
        entropy: Entropy,
    ) -> Draft:
        """Return a new method under ``rules``, which are its own configuration.

        ``terms`` are the parameters for stretching its secrets. Raises the error of the first bad
        field in ``wanted``.
        """
        ...

    def finished(self, draft: Draft, stretched: Sequence[bytes]) -> RegisteredMethod:
        """Return the method to be stored; ``stretched`` are the hashes of ``draft.stretch``."""
        ...


class Claim(Struct, frozen=True):
    """Whose method an answer says it is of, and which one; nothing is proven yet."""

    user_id: UserId
    method_id: MethodId


@runtime_checkable
class BrowserMethod(VerificationMethod, Protocol):
    """A method that the browser answers by script; options and answer are JSON.

    Its ways are ``by_browser``.
    """

    def options(
        self,
        pending: Challenge,
        held: Sequence[RegisteredMethod],
        *,
        user: User | None,
        rules: Mapping[str, object],
    ) -> str:
        """Return what the browser is asked, as JSON.

        To register, ``held`` are the methods that ``user`` has already. To sign in, they are those
        that may answer; without any the person may be anybody.
        """
        ...

    def claim(self, answer: str) -> Claim | None:
        """Return what ``answer`` says whose it is, or None if it cannot be one."""
        ...

    def signals(self, user: User, held: Sequence[RegisteredMethod]) -> str:
        """Return as JSON what the browser should know of the methods that ``user`` has now."""
        ...


@runtime_checkable
class ProvisionedMethod(BrowserMethod, RegistrableMethod, Protocol):
    """A method that an administrator may make for somebody, on a device at hand."""

    def asked(self, pending: Challenge) -> str:
        """Return by what the device is asked in ``pending``: no other challenge has it."""
        ...

    def answered(self, answer: str) -> str | None:
        """Return by what ``answer`` says that it was asked, or None if it cannot be one."""
        ...


@runtime_checkable
class StretchingMethod(VerificationMethod, Protocol):
    """A method whose answers must be stretched before ``verify`` can judge them."""

    def to_stretch(self, held: RegisteredMethod, typed: str) -> Stretch | None:
        """Return the part of ``typed`` to stretch; None if it cannot be an answer."""
        ...


class NewDevice(Struct, frozen=True, kw_only=True):
    """What a device tells when it is enrolled: its public key, and what it calls itself."""

    public_key: bytes
    name: str


@runtime_checkable
class DeviceMethod(VerificationMethod, Protocol):
    """A method whose owner answers on a device, which signs the answer with a key of its own."""

    def enrolment_code(self, candidate: RegisteredMethod) -> Secret[str] | None:
        """Return the code that lets a device take the place; None once one has."""
        ...

    def enrolled(
        self, candidate: RegisteredMethod, device: NewDevice, *, at: datetime
    ) -> RegisteredMethod:
        """Return ``candidate`` with the key of ``device``. Raises InvalidInputError."""
        ...

    def codes_secret(self, held: RegisteredMethod) -> Secret[bytes]:
        """Return the secret of the codes that the device shows; it is told once."""
        ...

    def is_signed(self, held: RegisteredMethod, message: bytes, signature: bytes) -> bool:
        """Return whether the device of ``held`` has signed ``message``."""
        ...

    def number(self, pending: Challenge) -> str | None:
        """Return what the page shows, to be typed on the device; None if no device is asked."""
        ...

    def asked(self, pending: Challenge) -> str:
        """Return the text that the device shows and signs: what asks, from where, until when."""
        ...

    def wake(self, held: RegisteredMethod, pending: Challenge) -> Push | None:
        """Return the message that wakes the device of ``held``, if it can be woken."""
        ...

    def subscription(self, held: RegisteredMethod) -> Subscription | None:
        """Return where the device of ``held`` can be woken."""
        ...

    def subscribed(
        self, held: RegisteredMethod, subscription: Subscription | None
    ) -> RegisteredMethod:
        """Return ``held`` as it should be stored with another subscription, or without one."""
        ...
