"""Whom a change is told, and what of the actor it says."""

from proofup.directory.users import User
from proofup.notices.notifying import Notification
from proofup.policy.actor import Actor


def notification_of(actor: Actor, user: User) -> Notification:
    """Return what a notice to ``user`` says of ``actor``.

    Only their own browser and address are told to people, and only their own page had their
    language.
    """
    is_own = actor.id == user.id
    return Notification(
        user=user,
        correlation_id=actor.correlation_id,
        client=actor.client if is_own else None,
        language=actor.language if is_own else "",
        by_administrator=not is_own,
    )
