"""Who is notified of a change, and what the notice says about the actor."""

from proofup.directory.users import User
from proofup.notices.notifying import Notification
from proofup.policy.actor import Actor


def notification_of(actor: Actor, user: User) -> Notification:
    """Return the notification for ``user`` of an act of ``actor``.

    A notice shows browser and address only if the person acted themselves; only then the language
    of the page is the person's own.
    """
    is_own = actor.id == user.id
    return Notification(
        user=user,
        correlation_id=actor.correlation_id,
        client=actor.client if is_own else None,
        language=actor.language if is_own else "",
        by_administrator=not is_own,
    )
