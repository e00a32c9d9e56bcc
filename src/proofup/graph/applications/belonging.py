"""What a service principal belongs to: the directory roles that it holds."""

from proofup.graph.answers import Answer
from proofup.graph.applications.listing import application_in
from proofup.graph.call import Call
from proofup.graph.groups.belonging import roles_called
from proofup.graph.short_lists import listed


async def list_everything(call: Call) -> Answer:
    """List all that a service principal belongs to."""
    application = await application_in(call)
    return listed(call, "directoryObjects", await roles_called(call, sorted(application.roles)))
