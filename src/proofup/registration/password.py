"""Changing one's password: by the present one and a fresh second proof, and told."""

from datetime import datetime
from enum import StrEnum
from functools import partial
from hmac import compare_digest

from msgspec import Struct

from proofup.audit.events.accounts import PasswordSet
from proofup.challenges.brakes import count
from proofup.directory.passwords import (
    SetPassword,
    can_be_password,
    check_new_password,
    context_words,
    least_characters,
    normal_password,
)
from proofup.directory.users import RaiseEpoch, RequireEpoch
from proofup.notices.notifying import notice
from proofup.policy import figures
from proofup.policy.giving_back import GiveBack
from proofup.policy.limits import Charge, ResetCounters
from proofup.policy.password_tries import account_counters, known_charges, password_charges
from proofup.policy.proofs import Action
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.ports import Actor, Ports
from proofup.registration.records import record, refused
from proofup.values.changes import Change
from proofup.values.errors import LimitReachedError
from proofup.values.secret import Secret


class ChangeRefusal(StrEnum):
    """Why the password stays as it was."""

    WRONG = "wrong"  # the present one is another
    PAUSED = "paused"
    SAME = "same"  # it is the present one


class ChangeRefused(Struct, frozen=True, kw_only=True):
    """The password was not changed; ``until`` ends a pause."""

    because: ChangeRefusal
    until: datetime | None = None


def check_may_change(ports: Ports, actor: Actor, *, at: datetime) -> int:
    """Return how many characters a new password needs at least.

    Raises NotFreshError and ChangesHeldError.
    """
    held = held_methods(actor)
    check_fresh(ports, actor, Action.CHANGE_PASSWORD, at=at)
    return least_characters(alone=not ports.room.catalogue.lasting(held))


async def change_password(
    ports: Ports, actor: Actor, present: Secret[str], new: Secret[str], *, at: datetime
) -> ChangeRefused | None:
    """Change the actor's password; every other session ends. Return why not, if it was not.

    Raises NotFreshError, ChangesHeldError, UnacceptablePasswordError, and TooBusyError where too
    many passwords wait to be hashed.
    """
    held = held_methods(actor)
    check_fresh(ports, actor, Action.CHANGE_PASSWORD, at=at)
    user = actor.person.user
    # Checked first, so that an unacceptable password is refused without counting an attempt.
    check_new_password(
        new.reveal(),
        alone=not ports.room.catalogue.lasting(held),
        context=context_words(user.user_principal_name, ports.organisation.name),
        common=ports.common,
    )
    if not can_be_password(present.reveal()):
        return ChangeRefused(because=ChangeRefusal.WRONG)
    ports.hashing.require_room()
    charges = _charges(ports, actor, present)
    try:
        await count(ports.room, partial(refused, actor, at=at), *charges, at=at)
    except LimitReachedError as limit:
        return ChangeRefused(because=ChangeRefusal.PAUSED, until=limit.until)
    credential = await ports.passwords.of_user(user.id)
    if not await ports.hashing.verify(present, credential):
        event = PasswordSet(by="owner", because="wrongPassword")
        await ports.room.commit(refused(actor, event, at=at))
        return ChangeRefused(because=ChangeRefusal.WRONG)
    if _are_one(present, new):
        return ChangeRefused(because=ChangeRefusal.SAME)
    await ports.room.commit(
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        SetPassword(credential=await ports.hashing.hash(user.id, new, at=at)),
        RaiseEpoch(user_id=user.id, keep=actor.session_id),
        *_forgiven(ports, actor, charges, at=at),
        *notice(ports.room.notifier, actor.notification, "password-changed", {}, at=at),
        record(actor, PasswordSet(by="owner"), at=at),
    )
    return None


def _charges(ports: Ports, actor: Actor, present: Secret[str]) -> tuple[Charge, ...]:
    """Return what a try is counted against.

    In a session they are counted for its browser, as at the sign-in, so that an attacker elsewhere
    cannot block a password change.
    """
    key, user_id = ports.room.counter_key, actor.person.user.id
    if actor.browser_id is not None:
        return known_charges(key, actor.policy, user_id, actor.browser_id, present)
    return password_charges(key, actor.policy, user_id, actor.client, present)


def _forgiven(
    ports: Ports, actor: Actor, charges: tuple[Charge, ...], *, at: datetime
) -> tuple[Change, ...]:
    """Return the counters that a new password resets: the attempts were at the old one."""
    key, shared = ports.room.counter_key, figures.PASSWORDS_OF_NETWORK.name
    networks = tuple(charge for charge in charges if charge.limit.name == shared)
    here = {charge.key for charge in charges if charge not in networks}
    keys = tuple(sorted(here | {*account_counters(key, actor.person.user.id)}))
    return (ResetCounters(keys=keys), GiveBack(charges=networks, at=at))


def _are_one(present: Secret[str], new: Secret[str]) -> bool:
    before, after = (normal_password(one.reveal()).encode() for one in (present, new))
    return compare_digest(before, after)
