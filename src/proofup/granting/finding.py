"""Finding the application that a client id or a resource names."""

from proofup.granting.ports import Ports
from proofup.tokens.application import Application, RequireApplication
from proofup.tokens.first_party import FIRST_PARTY
from proofup.values.changes import Change
from proofup.values.ids import ApplicationId

URI_OF_ID = "api://"  # a resource without identifier URIs is called by its client id


async def application_with(ports: Ports, application_id: ApplicationId) -> Application | None:
    """Return the application with this client id: a built-in one, or one of the organisation."""
    built_in = FIRST_PARTY.get(application_id)
    return built_in or await ports.applications.by_id(application_id)


async def resource_called(ports: Ports, resource: str) -> Application | None:
    """Return the application that ``resource`` names, by an identifier URI or by its client id."""
    found = await ports.applications.by_uri(resource)
    if found is not None:
        return found
    id_ = resource.removeprefix(URI_OF_ID).lower()
    return await ports.applications.by_id(ApplicationId(id_))


def required(application: Application) -> tuple[Change, ...]:
    """Return the condition that the application is still enabled; a built-in one always is."""
    if application.id in FIRST_PARTY:
        return ()
    return (RequireApplication(application_id=application.id, epoch=application.epoch),)
