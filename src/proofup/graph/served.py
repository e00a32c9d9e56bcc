"""Everything that this door serves, gathered from the modules that declare it."""

from collections.abc import Iterator

from proofup.graph import later
from proofup.graph.applications import served as applications
from proofup.graph.authentication import extensions
from proofup.graph.authentication import served as authentication
from proofup.graph.directory import served as directory
from proofup.graph.groups import served as groups
from proofup.graph.logs import served as logs
from proofup.graph.methods.found import own_operations
from proofup.graph.objects import served as objects
from proofup.graph.operations import Operation
from proofup.graph.resources import Resources
from proofup.graph.users import served as users


def operations_of(resources: Resources) -> Iterator[Operation]:
    """Yield all operations, for the kinds of methods that have ``resources``."""
    yield from own_operations(resources)
    yield from authentication.operations(resources)
    yield from users.operations()
    yield from extensions.operations()
    yield from directory.operations()
    yield from applications.operations()
    yield from groups.operations()
    yield from objects.operations()
    yield from logs.operations()
    yield from later.operations()
