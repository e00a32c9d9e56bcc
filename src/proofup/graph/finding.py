"""Finding the operation at an address, in whatever spelling it was sent."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from proofup.graph.addresses import Address, Table, address_of
from proofup.graph.operations import Operation
from proofup.graph.resources import BOTH


class Verbs(Struct, frozen=True):
    """The operations at one address of one version, by verb."""

    version: str
    path: str
    operations: dict[str, Operation]


class Resolved(Struct, frozen=True):
    """What an address leads to, with the parts of it that stand for something."""

    verbs: Verbs
    params: Mapping[str, str]
    address: Address


class Served(Struct, frozen=True):
    """All operations, by version and address."""

    operations: Sequence[Operation]
    tables: Mapping[str, Table[Verbs]]
    verbs: Sequence[Verbs]

    @classmethod
    def of(cls, operations: Iterable[Operation]) -> "Served":
        """Return the tables of ``operations``. Raises ValueError where two want the same."""
        every, found = tuple(operations), dict[tuple[str, str], Verbs]()
        for one in every:
            for version in one.versions:
                here = found.setdefault((version, one.path), Verbs(version, one.path, {}))
                if here.operations.setdefault(one.verb, one) is not one:
                    message = f"two operations want {one.verb} {one.path}"
                    raise ValueError(message)
        tables: dict[str, Table[Verbs]] = {version: Table() for version in BOTH}
        for (version, path), verbs in found.items():
            tables[version].add(path, verbs)
        return cls(every, tables, list(found.values()))

    def find(self, raw: str) -> Resolved | None:
        """Return what the percent-encoded address ``raw``, with its version, leads to."""
        version, _, below = raw.lstrip("/").partition("/")
        table = self.tables.get(version.lower())
        if table is None:
            return None
        address = address_of(below)
        found = table.find(address.segments)
        return Resolved(found[0], found[1], address) if found else None
