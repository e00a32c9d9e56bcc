"""A person allows an application what it asks for, which the audit log keeps."""

from proofup.audit.entry import Entry
from proofup.audit.events.applications import ConsentGiven
from proofup.granting.caller import Caller
from proofup.granting.ports import Ports
from proofup.granting.scopes import Scopes
from proofup.tokens.application import Application
from proofup.tokens.consent import SetConsent
from proofup.values.changes import Change
from proofup.values.ids import UserId


async def consent_to(
    ports: Ports, application: Application, user_id: UserId, scopes: Scopes, caller: Caller
) -> tuple[Change, ...]:
    """Return what stores that a person allows what ``scopes`` still miss; often nothing."""
    if not scopes.missing:
        return ()
    before = await ports.consents.of(user_id, application.id)
    allowed = before | frozenset(scopes.missing)
    given = ConsentGiven(
        application=application.id,
        name=application.name,
        permissions=", ".join(scopes.missing),
    )
    entry = Entry(
        at=caller.at,
        event=given,
        actor=user_id,
        target=user_id,
        succeeded=True,
        correlation_id=caller.correlation_id,
        network=caller.client.address,
    )
    consent = SetConsent(user_id=user_id, application_id=application.id, scopes=allowed)
    return (consent, entry)
