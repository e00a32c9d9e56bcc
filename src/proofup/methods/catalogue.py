"""All methods there are, by kind; a new one is a line in ``catalogue``."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from proofup.methods.phone import Digests, Phone
from proofup.methods.protocol import MethodKind, RegisteredMethod, VerificationMethod
from proofup.methods.software_oath import SoftwareOath
from proofup.values.ways import Way
from proofup.values.words import Languages


class Option(Struct, frozen=True):
    """A way to answer now, and the registered methods that may: one phone, or any of the apps."""

    way: Way
    methods: tuple[RegisteredMethod, ...]


class Catalogue(Struct, frozen=True):
    """The verification methods of this service."""

    by_kind: Mapping[MethodKind, VerificationMethod]

    def __iter__(self) -> Iterator[VerificationMethod]:
        """Go through the methods in the order in which they are offered."""
        return iter(self.by_kind.values())

    def of(self, held: RegisteredMethod) -> VerificationMethod:
        """Return the method that reads ``held``."""
        return self.by_kind[held.kind]

    def options(self, held: Sequence[RegisteredMethod]) -> tuple[Option, ...]:
        """Return every way in which a person with ``held`` can answer, in the order of ``Way``."""
        found: dict[Way, list[RegisteredMethod]] = {}
        for method in held:
            for way in self.of(method).ways(method):
                found.setdefault(way, []).append(method)
        return tuple(Option(way, tuple(found[way])) for way in Way if way in found)


def catalogue(*, organisation: str, digests: Digests, languages: Languages) -> Catalogue:
    """Return the methods, joined with what they need: whom they speak for, and in which words."""
    methods: tuple[VerificationMethod, ...] = (
        SoftwareOath(organisation=organisation),
        Phone(organisation=organisation, digests=digests, languages=languages),
    )
    return Catalogue({method.kind: method for method in methods})
