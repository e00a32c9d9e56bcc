"""Letting somebody in no more, or again."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.accounts import UserChanged
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, RequireAnotherHolder
from proofup.directory.users import RaiseEpoch, SetEnabled
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def set_account_enabled(
    actor: Actor, target: Target, *, enabled: bool, at: datetime
) -> Planned[None]:
    """Enable or disable the account; sessions and sign-ins in progress end both ways.

    What was open before an account was disabled stays closed when it is enabled again. Written for
    the last Global Administrator, it raises LastAdministratorError.
    """
    user_id = target.person.user.id
    stays = () if enabled else (RequireAnotherHolder(user_id=user_id, role=GLOBAL_ADMINISTRATOR),)
    changed = UserChanged(command=actor.command, reason=actor.reason, account_enabled=enabled)
    return Planned(
        permitted(actor, Permission.ENABLE_ACCOUNTS, target, at=at),
        (
            *stays,
            SetEnabled(user_id=user_id, enabled=enabled),
            RaiseEpoch(user_id=user_id),
            actor.entry(changed, user_id, at=at),
        ),
        None,
    )
