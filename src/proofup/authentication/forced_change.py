"""A new password within a sign-in, where the present one must be replaced."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from proofup.audit.events.accounts import PasswordSet
from proofup.authentication.dispatcher import Standing, Step, moved
from proofup.authentication.issuing import NOTHING, Brought, Proven, going_on
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.signin import SignIn
from proofup.directory.passwords import (
    SetPassword,
    UnacceptablePasswordError,
    check_new_password,
    context_words,
    least_characters,
)
from proofup.directory.users import Person, RaiseEpoch, RequireEpoch
from proofup.methods.registered_methods import RegisteredMethod
from proofup.notices.notifying import Notification, notice
from proofup.policy.limits import ResetCounters
from proofup.policy.password_tries import account_counters
from proofup.policy.subscriber import Subscriber
from proofup.values.errors import RevokedError
from proofup.values.secret import Secret


def least_of(ports: Ports, held: Sequence[RegisteredMethod]) -> int:
    """Return how many characters a new password needs at least, beside the methods ``held``."""
    return least_characters(alone=not ports.room.catalogue.lasting(held))


async def replace_password(
    ports: Ports,
    standing: Standing,
    new: Secret[str],
    brought: Brought = NOTHING,
    *,
    at: datetime,
) -> Proven:
    """Set the new password; if nothing else is due, the session is open with it.

    Every other session and sign-in ends; this one moves to the new epoch of the account. Raises
    UnacceptablePasswordError, RevokedError and StaleError where another request was first, and
    TooBusyError where too many passwords wait to be hashed.
    """
    sign_in, subscriber = standing.sign_in, standing.subscriber
    if standing.step is not Step.NEW_PASSWORD or sign_in is None or subscriber is None:
        raise RevokedError
    user = subscriber.person.user
    await check_replacement(ports, subscriber, new)
    credential = await ports.hashing.hash(user.id, new, at=at)
    moved_on = replace(sign_in, forced_change=None, epoch=sign_in.epoch + 1)
    here = replace(standing, subscriber=_at_next_epoch(subscriber))
    there = moved(ports, here, moved_on, at=at)
    found, changes = await going_on(ports, user.id, moved_on, there, brought, at=at)
    key, notifier = ports.room.counter_key, ports.room.notifier
    await ports.room.commit(
        RequireEpoch(user_id=user.id, epoch=sign_in.epoch),
        SetPassword(credential=credential),
        RaiseEpoch(user_id=user.id),
        # Tries that were counted were at the password before.
        ResetCounters(keys=account_counters(key, user.id)),
        *notice(notifier, _notification(sign_in, subscriber.person), "password-changed", {}, at=at),
        record(sign_in, PasswordSet(by="owner"), succeeded=True, at=at),
        *changes,
    )
    return found


async def check_replacement(ports: Ports, subscriber: Subscriber, new: Secret[str]) -> None:
    """Raise UnacceptablePasswordError unless ``new`` may replace the person's password."""
    user = subscriber.person.user
    check_new_password(
        new.reveal(),
        alone=not ports.room.catalogue.lasting(subscriber.held),
        context=context_words(user.user_principal_name, ports.room.notifier.organisation.name),
        common=ports.common,
    )
    credential = await ports.passwords.of_user(user.id)
    if await ports.hashing.verify(new, credential):
        raise UnacceptablePasswordError("same", least_of(ports, subscriber.held))


def _at_next_epoch(subscriber: Subscriber) -> Subscriber:
    person = subscriber.person
    account = replace(person.account, epoch=person.account.epoch + 1)
    return replace(subscriber, person=replace(person, account=account))


def _notification(sign_in: SignIn, person: Person) -> Notification:
    return Notification(
        user=person.user,
        correlation_id=sign_in.correlation_id,
        client=sign_in.client,
        language=sign_in.language,
    )
