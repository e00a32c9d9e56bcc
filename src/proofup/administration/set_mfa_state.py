"""Saying whether somebody must have a second proof."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.accounts import MfaStateChanged
from proofup.directory.users import MfaState, SetMfaState
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def set_mfa_state(
    actor: Actor, target: Target, state: MfaState, *, at: datetime
) -> Planned[MfaState]:
    """Set the per-user state, and return the one before; one that is held already stays."""
    user_id, was = target.person.user.id, target.person.account.mfa_state
    conditions = permitted(actor, Permission.SET_MFA_STATE, target, at=at)
    if was is state:
        return Planned(conditions, (), was)
    changed = MfaStateChanged(command=actor.command, reason=actor.reason, was=was, now=state)
    return Planned(
        conditions,
        (
            SetMfaState(user_id=user_id, was=was, state=state),
            actor.entry(changed, user_id, at=at),
        ),
        was,
    )
