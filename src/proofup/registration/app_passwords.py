"""App passwords of one's own: making one, which is shown once, and deleting one."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from proofup.audit.events.app_passwords import AppPasswordDeleted, AppPasswordMade
from proofup.directory.app_passwords import (
    MOST_OF_USER,
    AddAppPassword,
    AppPassword,
    DeleteAppPassword,
    checked_app_name,
    drawn_app_password,
)
from proofup.directory.users import RequireEpoch
from proofup.notices.notifying import notice
from proofup.policy.decision import is_demanded
from proofup.policy.proofs import Action
from proofup.registration.guard import check_fresh, own_options
from proofup.registration.ports import Actor, Ports
from proofup.registration.records import record
from proofup.values.errors import InvalidInputError, ProofupError, StaleError
from proofup.values.ids import AppPasswordId, random_id
from proofup.values.secret import Secret

TOO_MANY = "tooMany"


class AppPasswordsOffError(ProofupError):
    """The rules let the person make no app password, or their password alone is enough."""


class Made(Struct, frozen=True):
    """A new app password, with its letters for this one time."""

    new: AppPassword
    letters: Secret[str]


async def listed(ports: Ports, actor: Actor) -> Sequence[AppPassword]:
    """Return the actor's app passwords, oldest first."""
    return await ports.app_passwords.of_user(actor.person.user.id)


def may_make(ports: Ports, actor: Actor, *, at: datetime) -> bool:
    """Tell whether the rules allow app passwords, and the actor needs one: a proof is asked."""
    demanded = is_demanded(actor.person.account, actor.policy, at=at)
    return actor.policy.app_passwords and (demanded or bool(own_options(ports, actor, at=at)))


def check_may_make(
    ports: Ports, actor: Actor, present: Sequence[AppPassword], *, at: datetime
) -> None:
    """Raise AppPasswordsOffError, NotFreshError, or InvalidInputError for too many."""
    if not may_make(ports, actor, at=at):
        raise AppPasswordsOffError
    check_fresh(ports, actor, Action.MAKE_APP_PASSWORDS, at=at)
    if len(present) >= MOST_OF_USER:
        raise InvalidInputError(TOO_MANY)


async def make(ports: Ports, actor: Actor, typed: str, *, at: datetime) -> Made:
    """Store a new app password with the name that was ``typed``, and tell the person.

    Raises what ``check_may_make`` raises, and InvalidInputError for the name.
    """
    room, user = ports.room, actor.person.user
    check_may_make(ports, actor, await listed(ports, actor), at=at)
    name, letters = checked_app_name(typed), drawn_app_password(room.entropy)
    new = AppPassword(
        id=AppPasswordId(random_id(room.entropy)),
        user_id=user.id,
        name=name,
        digest=ports.app_password_digests(user.id, letters)[0],
        created_at=at,
    )
    await room.commit(
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        AddAppPassword(new=new),
        *notice(
            room.notifier, actor.notification, "app-password-made", {"app_password": name}, at=at
        ),
        record(actor, AppPasswordMade(app_password=new.id, name=name), at=at),
    )
    return Made(new, letters)


async def delete(
    ports: Ports, actor: Actor, app_password_id: AppPasswordId, *, at: datetime
) -> AppPassword:
    """Delete one of the actor's, for good. Raises NotFreshError, and StaleError if it is gone."""
    check_fresh(ports, actor, Action.DELETE_APP_PASSWORDS, at=at)
    found = next((one for one in await listed(ports, actor) if one.id == app_password_id), None)
    if found is None:
        raise StaleError
    user = actor.person.user
    await ports.room.commit(
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        DeleteAppPassword(user_id=user.id, app_password_id=found.id),
        record(actor, AppPasswordDeleted(app_password=found.id, name=found.name), at=at),
    )
    return found
