"""Applications that act for a person: what was allowed to each, and withdrawing it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from proofup.audit.events.applications import ConsentWithdrawn
from proofup.directory.users import RequireEpoch
from proofup.registration.ports import Actor, Ports
from proofup.registration.records import record
from proofup.tokens.application import Application
from proofup.tokens.consent import SetConsent
from proofup.tokens.family import RevokeFamiliesOf
from proofup.tokens.first_party import FIRST_PARTY
from proofup.values.errors import StaleError
from proofup.values.ids import ApplicationId


class AllowedApplication(Struct, frozen=True, kw_only=True):
    """An application that the person allowed something, or signed in to.

    ``scopes`` are what they allowed, ``for_everybody`` what an administrator did. ``since`` is the
    start of the last sign-in whose tokens are still good, or None.
    """

    application: Application
    scopes: frozenset[str]
    for_everybody: frozenset[str]
    since: datetime | None


async def allowed_applications(
    ports: Ports, actor: Actor, *, at: datetime
) -> Sequence[AllowedApplication]:
    """Return the applications that act for the actor, ordered by name."""
    user_id = actor.person.user.id
    consents = await ports.consents.of_user(user_id)
    open_since = await ports.families.open_of(user_id, at=at)
    found = []
    for application_id in consents.keys() | open_since.keys():
        application = await _application(ports, application_id)
        if application is not None:
            allowed = AllowedApplication(
                application=application,
                scopes=consents.get(application_id, frozenset()),
                for_everybody=application.consented,
                since=open_since.get(application_id),
            )
            found.append(allowed)
    return sorted(found, key=lambda one: one.application.name.casefold())


async def withdraw(
    ports: Ports, actor: Actor, application_id: ApplicationId, *, at: datetime
) -> Application:
    """Withdraw what the actor allowed an application, and end its tokens for them.

    What an administrator allowed for everybody stays allowed: the next sign-in there gives new
    tokens. Raises StaleError if the application acts for the actor no more.
    """
    for one in await allowed_applications(ports, actor, at=at):
        if one.application.id == application_id:
            break
    else:
        raise StaleError
    user_id, application = actor.person.user.id, one.application
    withdrawn = ConsentWithdrawn(application=application.id, name=application.name)
    await ports.room.commit(
        RequireEpoch(user_id=user_id, epoch=actor.epoch),
        SetConsent(user_id=user_id, application_id=application_id, scopes=frozenset()),
        RevokeFamiliesOf(user_id=user_id, application_id=application_id, at=at),
        record(actor, withdrawn, at=at),
    )
    return application


async def _application(ports: Ports, application_id: ApplicationId) -> Application | None:
    built_in = FIRST_PARTY.get(application_id)
    return built_in or await ports.applications.by_id(application_id)
