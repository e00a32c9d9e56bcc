"""Removing methods, with everything that depends on them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from msgspec import Struct

from proofup.audit.events.methods import MethodRemoved
from proofup.directory.users import RaiseEpoch, SetDefaultWay
from proofup.method_changes.default import default_changed, default_left
from proofup.method_changes.history import remembered
from proofup.method_changes.notification import notification_of
from proofup.method_changes.parts import Parts, postage
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import RegisteredMethod, RemoveMethod
from proofup.notices.farewell import farewell
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change
from proofup.values.ways import Way


class Removal(Struct, frozen=True, kw_only=True):
    """The changes of a removal, the removed methods, and the new default."""

    changes: tuple[Change, ...]
    gone: tuple[Description, ...]
    default: Way | None


def removed(
    parts: Parts,
    actor: Actor,
    subscriber: Subscriber,
    going: Sequence[RegisteredMethod],
    *,
    default: Way | None = None,
    ends: RaiseEpoch,
    at: datetime,
) -> Removal:
    """Return all changes for removing ``going``; ``ends`` are the sessions to end.

    ``default`` is the new preferred option; without it, the present one stays if it can.
    """
    user, catalogue = subscriber.person.user, parts.catalogue
    staying = [one for one in subscriber.held if one not in going]
    # Recovery codes only replace another method, so they go with the last one.
    lonely = [] if catalogue.lasting(staying) else list(filter(catalogue.stands_in, staying))
    following = default_left(parts, subscriber, staying, default, at=at)
    gone = tuple(catalogue.describe(one) for one in going)
    return Removal(
        changes=(
            ends,
            *remembered(parts, actor, user.id, gone=(*going, *lonely), at=at),
            *(RemoveMethod(user_id=user.id, method_id=one.id) for one in (*going, *lonely)),
            SetDefaultWay(user_id=user.id, way=following),
            *chain.from_iterable(_told(parts, actor, subscriber, one, at=at) for one in gone),
            *default_changed(parts, actor, subscriber, staying, following, at=at),
        ),
        gone=gone,
        default=following,
    )


def _told(
    parts: Parts, actor: Actor, subscriber: Subscriber, gone: Description, *, at: datetime
) -> tuple[Change, ...]:
    """Return the notice of a removed method, and its audit entry."""
    user = subscriber.person.user
    notification = notification_of(actor, user)
    facts = {"kind": gone.kind, "was": gone.masked, "now": ""}
    event = MethodRemoved(
        command=actor.command, reason=actor.reason, kind=gone.kind, was=gone.masked, now=""
    )
    return (
        *notice(parts.notifier, notification, "method-removed", facts, at=at),
        *farewell(parts.notifier, notification, gone, postage(parts), at=at),
        actor.entry(event, user.id, at=at),
    )
