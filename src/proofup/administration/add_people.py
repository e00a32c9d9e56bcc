"""Adding people, one or a thousand at once."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from proofup.administration.newcomer import Newcomer
from proofup.administration.planned import Planned
from proofup.audit.events.accounts import UserAdded
from proofup.directory.passwords import PasswordHashing
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.values.changes import Change


class AddPeople(Change, frozen=True):
    """Stores new people with all they have. Raises NameTakenError."""

    people: Sequence[Newcomer]


async def hashed(newcomer: Newcomer, hashing: PasswordHashing) -> Newcomer:
    """Return ``newcomer`` with the credential of the password that came along, if one did."""
    if newcomer.password is None:
        return newcomer
    user = newcomer.user
    credential = await hashing.hash(user.id, newcomer.password, at=user.created_at)
    return replace(newcomer, credential=credential)


def add_people(actor: Actor, people: Sequence[Newcomer], *, at: datetime) -> Planned[None]:
    """Add people whose passwords are ``hashed``."""
    conditions = permitted(actor, Permission.ADD_USERS, at=at)
    entries = [actor.entry(_added(actor, one), one.user.id, at=at) for one in people]
    return Planned(conditions, (AddPeople(people), *entries), None)


def _added(actor: Actor, newcomer: Newcomer) -> UserAdded:
    kinds = ", ".join(sorted({method.kind for method in newcomer.methods}))
    return UserAdded(command=actor.command, methods=kinds or None)
