"""Requiring that somebody registers again, whose phone was lost or stolen."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from msgspec import Struct

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.reason import checked_reason
from proofup.audit.events.methods import MethodsReset
from proofup.directory.users import RaiseEpoch, SetDefaultWay
from proofup.methods.protocol import Description, RemoveMethods
from proofup.notices.notifying import Notification, farewell, notice
from proofup.policy.actor import Actor
from proofup.policy.decision import is_demanded
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


class MethodsCleared(Struct, frozen=True, kw_only=True):
    """What is gone, and whether the next sign-in demands a new method."""

    cleared: Sequence[Description]
    is_demanded: bool

    @property
    def lines(self) -> list[str]:
        """What is gone, a line each, numbers masked."""
        return [f"{one.kind} {one.masked}".strip() for one in self.cleared]


def reset_methods(
    ports: Ports, actor: Actor, target: Target, reason: str, *, at: datetime
) -> Planned[MethodsCleared]:
    """Delete every method and recovery code, end every session, and tell the person.

    The profile, the password and the per-user state stay. Raises InvalidReasonError.
    """
    user, why = target.person.user, checked_reason(reason)
    conditions = permitted(actor, Permission.RESET_METHODS, target, at=at)
    catalogue, notifier = ports.room.catalogue, ports.room.notifier
    done = MethodsCleared(
        cleared=[catalogue.describe(one) for one in target.held],
        is_demanded=is_demanded(target.person.account, target.policy),
    )
    notification = Notification(
        user=user, correlation_id=actor.correlation_id, client=None, language=""
    )
    reset = MethodsReset(command=actor.command, reason=why, cleared=", ".join(done.lines))
    return Planned(
        (
            *conditions,
            # First, so that a method that is being confirmed at this moment is refused or deleted.
            RaiseEpoch(user_id=user.id),
            RemoveMethods(user_id=user.id),
            SetDefaultWay(user_id=user.id, way=None),
            *notice(notifier, notification, "methods-reset", {}, at=at),
            *chain.from_iterable(
                farewell(notifier, notification, one.number, at=at) for one in done.cleared
            ),
            actor.entry(reset, user.id, at=at),
        ),
        done,
    )
