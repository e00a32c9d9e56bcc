"""Finding the resource of a kind of method by the kind: ``softwareOath`` has ``software_oath``."""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from proofup.graph.operations import Operation
from proofup.graph.resources import Resources
from proofup.methods.registered_methods import MethodKind

CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def resources_of(kinds: Iterable[MethodKind]) -> Resources:
    """Return the resources of ``kinds``; a kind without a module here is not in Graph."""
    return {kind: module.RESOURCE for kind, module in _modules(kinds)}


def own_operations(kinds: Iterable[MethodKind]) -> Iterator[Operation]:
    """Yield what can be done to methods of ``kinds`` beside reading and deleting them."""
    for kind, module in _modules(kinds):
        yield from getattr(module, "operations", lambda _: ())(kind)


def _modules(kinds: Iterable[MethodKind]) -> Iterator[tuple[MethodKind, ModuleType]]:
    for kind in kinds:
        name = f"{__package__}.{CAPITAL.sub('_', kind).lower()}"
        if find_spec(name) is not None:
            yield kind, import_module(name)
