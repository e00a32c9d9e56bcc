"""Requiring that somebody registers again, whose phone was lost or stolen."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.reason import checked_reason
from proofup.method_changes.resetting import deactivated_line, reset
from proofup.methods.protocol import Description
from proofup.policy.actor import Actor
from proofup.policy.decision import is_demanded
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


class MethodsCleared(Struct, frozen=True, kw_only=True):
    """What is gone, what is deactivated, and whether the next sign-in demands a new method."""

    cleared: Sequence[Description]
    deactivated: Sequence[Description] = ()
    is_demanded: bool

    @property
    def lines(self) -> list[str]:
        """What is gone or deactivated, a line each, numbers masked."""
        return [*(one.line for one in self.cleared), *map(deactivated_line, self.deactivated)]


def reset_methods(
    ports: Ports, actor: Actor, target: Target, reason: str, *, at: datetime
) -> Planned[MethodsCleared]:
    """Delete every method that has to be registered again, end every session, and tell the person.

    The profile, the password and the per-user state stay. Raises InvalidReasonError.
    """
    why = checked_reason(reason)
    conditions = permitted(actor, Permission.RESET_METHODS, target, at=at)
    cleared = reset(ports.room, actor, target, why, at=at)
    done = MethodsCleared(
        cleared=cleared.gone,
        deactivated=cleared.deactivated,
        is_demanded=is_demanded(target.person.account, target.policy, at=at),
    )
    return Planned(conditions, cleared.changes, done)
