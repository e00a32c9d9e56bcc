"""Audit entries of grants that were refused."""

from proofup.audit.entry import Entry
from proofup.audit.events.applications import ClientRefused
from proofup.granting.caller import Caller
from proofup.granting.refusals import Refused
from proofup.tokens.application import Application
from proofup.values.ids import UserId


def refused(
    application: Application, reason: Refused, caller: Caller, user_id: UserId | None = None
) -> Entry:
    """Return the entry of a refusal; ``user_id`` is the person for whom tokens were asked."""
    return Entry(
        at=caller.at,
        event=ClientRefused(application=application.id, reason=reason.value),
        actor=application.id,
        target=user_id,
        succeeded=False,
        correlation_id=caller.correlation_id,
        network=caller.client.address,
    )
