"""Writing everybody to a file: allowed and recorded before the first line is written."""

from datetime import datetime
from typing import Literal

from proofup.administration.planned import Planned
from proofup.audit.events.service import UsersExported
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission


def export_users(
    actor: Actor, file: str, numbers: Literal["whole", "masked"], *, at: datetime
) -> Planned[None]:
    """Allow an export to ``file``; ``numbers`` are those of authentication phones."""
    exported = UsersExported(command=actor.command, file=file, authentication_numbers=numbers)
    conditions = permitted(actor, Permission.EXPORT_USERS, at=at)
    return Planned(conditions, (actor.entry(exported, None, at=at),), None)
