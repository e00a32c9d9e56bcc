"""Deleting all methods that a person must register again."""

from collections.abc import Collection
from datetime import datetime
from itertools import chain

from msgspec import Struct

from proofup.audit.events.methods import MethodsReset
from proofup.directory.users import RaiseEpoch, SetDefaultWay
from proofup.method_changes.history import settled
from proofup.method_changes.notification import notification_of
from proofup.method_changes.parts import Parts, postage
from proofup.methods.declaration import WhenReset
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import (
    RegisteredMethod,
    RemoveMethod,
    RequireMethods,
    UpdateMethod,
)
from proofup.notices.farewell import farewell
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change
from proofup.values.ids import MethodId

DEACTIVATED = " (deactivated)"


class Reset(Struct, frozen=True, kw_only=True):
    """What a reset changes, and which methods are gone then, deactivated, or as they were."""

    changes: tuple[Change, ...]
    gone: tuple[Description, ...]
    deactivated: tuple[Description, ...]
    staying: tuple[RegisteredMethod, ...]


def deactivated_line(description: Description) -> str:
    """Return the line of a method that stays, and counts no more until a code is typed."""
    return f"{description.line}{DEACTIVATED}"


def reset(
    parts: Parts,
    actor: Actor,
    subscriber: Subscriber,
    reason: str,
    *,
    also: Collection[MethodId] = (),
    at: datetime,
) -> Reset:
    """Return what deletes every method that says so of itself, and those in ``also``.

    Others are deactivated, if they say so. The person is told. Sessions, sign-ins and changes in
    progress end with it. If a method was added meanwhile, StaleMethodError is raised, so that the
    list of deleted methods is always complete.
    """
    user, catalogue = subscriber.person.user, parts.catalogue
    going = [
        one
        for one in subscriber.held
        if one.id in also or catalogue.declaration(one).when_reset is WhenReset.DELETE
    ]
    gone = tuple(catalogue.describe(one) for one in going)
    left = [one for one in subscriber.held if one not in going]
    resting = [one for one in left if catalogue.declaration(one).when_reset is WhenReset.DEACTIVATE]
    deactivated = tuple(catalogue.describe(one) for one in resting)
    notification = notification_of(actor, user)
    cleared = [
        *(one.line for one in gone),
        *map(deactivated_line, deactivated),
    ]
    event = MethodsReset(command=actor.command, reason=reason, cleared=", ".join(cleared))
    return Reset(
        changes=(
            # First, so that a concurrent confirmation of a method is either refused or seen.
            RaiseEpoch(user_id=user.id),
            RequireMethods(user_id=user.id, ids=frozenset(one.id for one in subscriber.held)),
            *(RemoveMethod(user_id=user.id, method_id=one.id) for one in going),
            *(UpdateMethod(method=catalogue.deactivated(one)) for one in resting),
            SetDefaultWay(user_id=user.id, way=None),
            *settled(user.id),
            *notice(parts.notifier, notification, "methods-reset", {}, at=at),
            *chain.from_iterable(
                farewell(parts.notifier, notification, one, postage(parts), at=at) for one in gone
            ),
            actor.entry(event, user.id, at=at),
        ),
        gone=gone,
        deactivated=deactivated,
        staying=tuple(one for one in left if one not in resting),
    )
