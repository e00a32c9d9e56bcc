"""The operations on objects by their ids."""

from collections.abc import Iterator

from proofup.graph.objects import records
from proofup.graph.operations import Operation
from proofup.graph.scopes import READ_OBJECTS

OBJECTS = "/directoryObjects"


def operations() -> Iterator[Operation]:
    """Yield all of them."""
    one = f"{OBJECTS}/{{object}}"
    yield Operation(verb="GET", path=one, handle=records.get, scopes=READ_OBJECTS)
    yield Operation(verb="DELETE", path=one, handle=records.delete, scopes=records.DELETE_OBJECTS)
    yield Operation(
        verb="POST", path=f"{OBJECTS}/getByIds", handle=records.get_by_ids, scopes=READ_OBJECTS
    )
