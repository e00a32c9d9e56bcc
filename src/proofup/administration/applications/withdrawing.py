"""Withdrawing what one person allowed an application."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.applications import ConsentWithdrawn
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.tokens.application import Application
from proofup.tokens.consent import SetConsent, resource_of
from proofup.tokens.family import RevokeFamiliesOf


def withdraw_consent(
    actor: Actor,
    target: Target,
    application: Application,
    allowed: frozenset[str],
    resource: str,
    *,
    at: datetime,
) -> Planned[None]:
    """Withdraw what a person ``allowed`` an application of ``resource``, and end its tokens.

    The empty text is Graph. What they allowed of other resources stays. When it is written, raises
    StaleError if the consent was changed meanwhile.
    """
    user_id = target.person.user.id
    conditions = permitted(actor, Permission.GRANT_PERMISSIONS, target, at=at)
    kept = frozenset(one for one in allowed if resource_of(one) != resource)
    withdrawn = ConsentWithdrawn(
        application=application.id,
        name=application.name,
        command=actor.command,
        reason=actor.reason,
    )
    changes = (
        SetConsent(user_id=user_id, application_id=application.id, scopes=kept, was=allowed),
        RevokeFamiliesOf(user_id=user_id, application_id=application.id, at=at),
        actor.entry(withdrawn, user_id, at=at),
    )
    return Planned(conditions, changes, None)
