"""Methods that were deleted by mistake come back."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from proofup.directory.users import SetDefaultWay
from proofup.method_changes.history import settled
from proofup.method_changes.notification import notification_of
from proofup.method_changes.parts import Parts
from proofup.methods.registered_methods import AddMethod, RegisteredMethod
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change
from proofup.values.ways import Way


def restored(
    parts: Parts,
    actor: Actor,
    subscriber: Subscriber,
    back: Sequence[RegisteredMethod],
    *,
    default: Way | None,
    at: datetime,
) -> tuple[Change, ...]:
    """Return what stores ``back`` in free slots and tells the person.

    ``default`` is the preferred option again, where none was chosen since. Sessions go on.
    """
    user = subscriber.person.user
    notification = notification_of(actor, user)
    shown = [parts.catalogue.describe(one) for one in back]
    is_open = default is not None and subscriber.person.account.default_way is None
    return (
        *settled(user.id),
        *(AddMethod(method=one) for one in back),
        *((SetDefaultWay(user_id=user.id, way=default),) if is_open else ()),
        *chain.from_iterable(
            notice(
                parts.notifier,
                notification,
                "method-added",
                {"kind": one.kind, "was": "", "now": one.masked},
                at=at,
            )
            for one in shown
        ),
    )
