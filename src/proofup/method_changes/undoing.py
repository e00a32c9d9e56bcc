"""Undoing what was changed about methods: what came goes, what went comes back."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from proofup.directory.users import SetDefaultWay
from proofup.method_changes.default import default_left
from proofup.method_changes.history import ForgetPastChanges, PastChange
from proofup.method_changes.parts import Parts
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import (
    AddMethod,
    RegisteredMethod,
    RemoveMethod,
    RequireMethods,
)
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change


class Undoing(Struct, frozen=True, kw_only=True):
    """What undoing changes, and which methods it takes away and brings back."""

    changes: tuple[Change, ...] = ()
    gone: tuple[Description, ...] = ()
    back: tuple[Description, ...] = ()


def undone(
    parts: Parts, subscriber: Subscriber, history: Sequence[PastChange], *, at: datetime
) -> Undoing:
    """Return what undoes ``history``, of which the newest comes first.

    A method that was changed meanwhile makes it raise StaleMethodError. No text goes to a number
    that is taken away: it would warn whoever added it.
    """
    catalogue, held = parts.catalogue, subscriber.held
    after = _before(held, history)
    if not catalogue.lasting(after):
        after = [one for one in after if not catalogue.stands_in(one)]
    going = [one for one in held if one not in after]
    back = [one for one in after if one not in held]
    if not going and not back:
        return Undoing()
    user_id = subscriber.person.user.id
    following = default_left(parts, subscriber, after, None, at=at)
    return Undoing(
        changes=(
            RequireMethods(user_id=user_id, ids=frozenset(one.id for one in held)),
            *(RemoveMethod(user_id=user_id, method_id=one.id) for one in going),
            *(AddMethod(method=one) for one in back),
            SetDefaultWay(user_id=user_id, way=following),
            ForgetPastChanges(user_id=user_id),
        ),
        gone=tuple(map(catalogue.describe, going)),
        back=tuple(map(catalogue.describe, back)),
    )


def _before(
    held: Sequence[RegisteredMethod], history: Sequence[PastChange]
) -> list[RegisteredMethod]:
    """Return the methods that there were before ``history``; a slot has room for one."""
    found = list(held)
    for past in history:
        found = [one for one in found if one.id != past.added]
        if past.gone and past.gone.slot not in {one.slot for one in found}:
            found.append(past.gone)
    return found
