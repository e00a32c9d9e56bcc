"""Relations of users that nothing is stored of: nobody has a manager, and nobody has devices."""

from proofup.graph.answers import Answer
from proofup.graph.call import Call
from proofup.graph.errors import not_found
from proofup.graph.short_lists import listed
from proofup.graph.users.reading import readable


async def get_manager(call: Call) -> Answer:
    """Say that the user has no manager, as Graph does of one who has none."""
    await readable(call)
    raise not_found("manager")


async def list_nothing(call: Call) -> Answer:
    """List direct reports or devices of a user: there are none."""
    await readable(call)
    return listed(call, "directoryObjects", [])
