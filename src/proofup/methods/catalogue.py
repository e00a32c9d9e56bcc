"""All methods by kind; a new one is a line in ``catalogue``.

It answers the questions of flows, rules and pages about methods, by their declarations.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from proofup.directory.search import Holding
from proofup.methods import (
    email,
    fido2,
    hardware_oath,
    microsoft_authenticator,
    phone,
    recovery_codes,
    software_oath,
    temporary_access_pass,
)
from proofup.methods.abilities import (
    BrowserMethod,
    DeactivatedMethod,
    ImportableMethod,
    IssuedMethod,
    RegistrableMethod,
    RuledMethod,
    StretchingMethod,
    TokenMethod,
)
from proofup.methods.declaration import Carrier, Declaration, Role, Slot, WayTraits, Who
from proofup.methods.email import Email
from proofup.methods.fido2 import Fido2
from proofup.methods.hardware_oath import HardwareOath
from proofup.methods.microsoft_authenticator import MicrosoftAuthenticator
from proofup.methods.phone import Phone
from proofup.methods.protocol import Description, Purpose, VerificationMethod
from proofup.methods.recovery_codes import RecoveryCodes
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.methods.service_info import ServiceInfo
from proofup.methods.software_oath import SoftwareOath
from proofup.methods.temporary_access_pass import TemporaryAccessPass
from proofup.methods.webauthn_options import RelyingParty
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.stretching import Stretch
from proofup.values.ways import Way

# What is stored beside every method, so that its owner can be found.
HOLDINGS: Mapping[MethodKind, Holding] = {
    module.KIND: module.DECLARATION.holding
    for module in (
        microsoft_authenticator,
        software_oath,
        hardware_oath,
        fido2,
        phone,
        recovery_codes,
        email,
        temporary_access_pass,
    )
}
NUMBERS: Mapping[MethodKind, Callable[[RegisteredMethod], PhoneNumber]] = {
    phone.KIND: phone.number_of
}


class Option(Struct, frozen=True):
    """A way to answer now, and the registered methods that can: one phone, or any of the apps.

    ``lasting`` says that they count as the method that a person must have.
    """

    traits: WayTraits
    methods: tuple[RegisteredMethod, ...]
    lasting: bool = True

    @property
    def way(self) -> Way:
        """The word of the way."""
        return self.traits.word


class Catalogue(Struct, frozen=True):
    """The verification methods of this service.

    ``by_kind`` is in the order in which methods are offered. ``registrable`` are those that people
    register, ``issued`` those that the service issues, ``ruled`` those that their own rules may
    forbid, ``browser`` those that the browser answers. ``columns`` are the import columns, each
    with the method that reads it.
    """

    by_kind: Mapping[MethodKind, VerificationMethod]
    registrable: Mapping[MethodKind, RegistrableMethod]
    issued: Mapping[MethodKind, IssuedMethod]
    ruled: Mapping[MethodKind, RuledMethod]
    browser: Mapping[MethodKind, BrowserMethod]
    columns: Mapping[str, ImportableMethod]
    traits: Mapping[Way, WayTraits]
    slots: Mapping[str, Slot]

    def __iter__(self) -> Iterator[VerificationMethod]:
        """Iterate over the methods in the order in which they are offered."""
        return iter(self.by_kind.values())

    @property
    def configurations(self) -> Mapping[str, type[Struct]]:
        """The types of the methods' own rules, by kind."""
        declared = {str(method.kind): method.declaration.configuration for method in self}
        return {kind: rules for kind, rules in declared.items() if rules is not None}

    @property
    def kinds(self) -> Mapping[Way, MethodKind]:
        """The kinds of the methods that are answered in each way."""
        return {traits.word: one.kind for one in self for traits in one.declaration.ways}

    @property
    def ways(self) -> frozenset[Way]:
        """Every way there is."""
        return frozenset(self.traits)

    def by_browser(self, way: Way) -> BrowserMethod | None:
        """Return the method that the browser answers in ``way``, if it is one."""
        return self.browser[self.kinds[way]] if self.traits[way].by_browser else None

    def of(self, held: RegisteredMethod) -> VerificationMethod:
        """Return the method that reads ``held``."""
        return self.by_kind[held.kind]

    def kind_of_slot(self, slot: str) -> MethodKind:
        """Return the kind of the methods that fill ``slot``."""
        return next(
            kind
            for kind, method in self.by_kind.items()
            if any(slot == one.name for one in method.declaration.slots)
        )

    def may_remember(self, way: Way | None) -> bool:
        """Return whether a browser may be remembered after a second proof in ``way``."""
        return any(
            way == traits.word and method.declaration.may_remember
            for method in self
            for traits in method.declaration.ways
        )

    def declaration(self, held: RegisteredMethod) -> Declaration:
        """Return the declaration of the method of ``held``."""
        return self.of(held).declaration

    def describe(self, held: RegisteredMethod) -> Description:
        """Return what pages may say of ``held``."""
        return self.of(held).describe(held)

    def in_role(self, role: Role) -> tuple[WayTraits, ...]:
        """Return the ways of the methods that play ``role``, in the order of being offered."""
        return tuple(
            traits
            for method in self
            if role in method.declaration.roles
            for traits in method.declaration.ways
        )

    @property
    def stand_in(self) -> IssuedMethod | None:
        """The method that replaces the second proof when all others are lost."""
        able = [one for one in self.issued.values() if Role.STAND_IN in one.declaration.roles]
        return next(iter(able), None)

    @property
    def entry_pass(self) -> IssuedMethod | None:
        """The method that an administrator issues and that replaces the password."""
        able = [one for one in self.issued.values() if Role.FIRST in one.declaration.roles]
        return next(iter(able), None)

    @property
    def token_method(self) -> TokenMethod:
        """The method that is made of a token in stock."""
        return next(one for one in self.registrable.values() if isinstance(one, TokenMethod))

    def deactivated(self, held: RegisteredMethod) -> RegisteredMethod:
        """Return ``held`` as a reset stores it, whose method says that it is deactivated."""
        method = self.of(held)
        return method.deactivated(held) if isinstance(method, DeactivatedMethod) else held

    def is_within(
        self,
        held: RegisteredMethod,
        rules: Mapping[str, Mapping[str, object]],
        *,
        purpose: Purpose,
    ) -> bool:
        """Return whether the present rules of its method allow ``held`` to be used."""
        method, own = self.ruled.get(held.kind), rules.get(held.kind, {})
        return method is None or method.is_within(held, own, purpose=purpose)

    def stands_in(self, held: RegisteredMethod) -> bool:
        """Return whether ``held`` is only useful besides another method."""
        return Role.STAND_IN in self.declaration(held).roles

    def is_deleted_by(self, who: Who, held: RegisteredMethod) -> bool:
        """Tell whether ``who`` may delete ``held``."""
        return who in self.declaration(held).deleted_by

    def lasting(self, held: Sequence[RegisteredMethod]) -> tuple[RegisteredMethod, ...]:
        """Return those of ``held`` that count as methods that a person must have."""
        return tuple(one for one in held if self.declaration(one).lasting)

    def served(self, carriers: Collection[Carrier]) -> frozenset[Way]:
        """Return the ways that need no carrier, or one of ``carriers``."""
        return frozenset(
            way
            for way, traits in self.traits.items()
            if traits.carrier in {Carrier.NONE, *carriers}
        )

    def options(
        self, held: Sequence[RegisteredMethod], *, role: Role = Role.SECOND, at: datetime
    ) -> tuple[Option, ...]:
        """Return every way in which a person with ``held`` can answer now, in ``role``."""
        found: dict[Way, list[RegisteredMethod]] = {}
        for one in held:
            method = self.of(one)
            if role in method.declaration.roles and method.available(one, at=at):
                for way in method.ways(one):
                    found.setdefault(way, []).append(one)
        return tuple(self.option(way, found[way]) for way in self.traits if way in found)

    def option(self, way: Way, methods: Sequence[RegisteredMethod]) -> Option:
        """Return the option to answer in ``way`` with ``methods``, which are of one kind."""
        lasting = self.declaration(methods[0]).lasting
        return Option(self.traits[way], tuple(methods), lasting)

    def first_end(self, held: Sequence[RegisteredMethod], ways: Collection[Way]) -> datetime | None:
        """Return the earliest expiry of those of ``held`` that answer in one of ``ways``."""
        able = (one for one in held if not {*self.of(one).ways(one)}.isdisjoint(ways))
        return min((end for one in able if (end := self.describe(one).ends_at)), default=None)

    def stretches(self, way: Way) -> bool:
        """Return whether answers in ``way`` must be stretched."""
        return isinstance(self.by_kind[self.kinds[way]], StretchingMethod)

    def to_stretch(self, held: RegisteredMethod, typed: str) -> Stretch | None:
        """Return what must be stretched before ``typed`` can be judged, if anything."""
        method = self.of(held)
        return method.to_stretch(held, typed) if isinstance(method, StretchingMethod) else None


def catalogue_of(*methods: VerificationMethod) -> Catalogue:
    """Return the catalogue of ``methods``, in the order in which they are offered."""
    declared = [method.declaration for method in methods]
    return Catalogue(
        by_kind={one.kind: one for one in methods},
        registrable={one.kind: one for one in methods if isinstance(one, RegistrableMethod)},
        issued={one.kind: one for one in methods if isinstance(one, IssuedMethod)},
        ruled={one.kind: one for one in methods if isinstance(one, RuledMethod)},
        browser={one.kind: one for one in methods if isinstance(one, BrowserMethod)},
        columns={
            column: one
            for one in methods
            if isinstance(one, ImportableMethod)
            for column in one.columns
        },
        traits={traits.word: traits for one in declared for traits in one.ways},
        slots={slot.name: slot for one in declared for slot in one.slots},
    )


def catalogue(service: ServiceInfo) -> Catalogue:
    """Return the catalogue of all methods of ``service``."""
    organisation, digests = service.organisation, service.digests
    party = RelyingParty(id=service.host, name=organisation, origin=service.origin)
    return catalogue_of(
        MicrosoftAuthenticator(),
        SoftwareOath(organisation=organisation),
        HardwareOath(),
        Fido2(party=party, models=service.models),
        Phone(organisation=organisation, digests=digests, languages=service.languages),
        RecoveryCodes(),
        Email(digests=digests),
        TemporaryAccessPass(),
    )
