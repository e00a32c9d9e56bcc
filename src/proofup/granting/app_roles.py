"""App roles of people and applications, which an application reads in the claim ``roles``."""

from proofup.granting.ports import Ports
from proofup.tokens.application import Application
from proofup.values.ids import UserId

# Graph's words for who can have a role: people and groups, or applications that act by themselves.
USER, APPLICATION = "User", "Application"


async def app_roles_of(
    ports: Ports, application: Application | None, user_id: UserId
) -> tuple[str, ...]:
    """Return the values of the roles in ``application`` that a person has; Graph has none."""
    if application is None or not application.app_roles:
        return ()
    held = await ports.assignments.app_roles(application.id, user_id)
    return tuple(
        sorted(
            one.value
            for one in application.app_roles
            if one.enabled and one.id in held and USER in one.members
        )
    )


def held_roles_of(client: Application, resource: Application) -> frozenset[str]:
    """Return the values of the roles in ``resource`` that ``client`` has when it acts by itself."""
    held = {one.id for one in client.held_roles if one.resource == resource.id}
    return frozenset(
        one.value
        for one in resource.app_roles
        if one.enabled and one.id in held and APPLICATION in one.members
    )
