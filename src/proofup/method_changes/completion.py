"""The effects of registering the last method that was required."""

from collections.abc import Sequence
from datetime import datetime

from proofup.audit.events.accounts import MfaStateChanged
from proofup.audit.events.methods import RegistrationCompleted
from proofup.directory.users import MfaState, SetMfaState
from proofup.method_changes.parts import Parts
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.actor import Actor
from proofup.policy.decision import lacking
from proofup.policy.slots import open_slots, shut_on_the_way
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change


def completion(
    parts: Parts,
    actor: Actor,
    subscriber: Subscriber,
    after: Sequence[RegisteredMethod],
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return the changes if the methods ``after`` meet the requirement and those before did not.

    The state Enabled becomes Enforced. A person who had all methods before keeps the state that an
    administrator set.
    """
    lacks = _lacking(parts, subscriber, subscriber.held, at=at)
    if not lacks or _lacking(parts, subscriber, after, at=at):
        return ()
    user_id, state = subscriber.person.user.id, subscriber.person.account.mfa_state
    completed = actor.entry(RegistrationCompleted(), user_id, at=at)
    if state is not MfaState.ENABLED:
        return (completed,)
    changed = MfaStateChanged(
        command=actor.command, reason=actor.reason, was=state, now=MfaState.ENFORCED
    )
    return (
        completed,
        SetMfaState(user_id=user_id, was=state, state=MfaState.ENFORCED),
        actor.entry(changed, user_id, at=at),
    )


def _lacking(
    parts: Parts, subscriber: Subscriber, held: Sequence[RegisteredMethod], *, at: datetime
) -> int:
    catalogue, served, policy = parts.catalogue, parts.served, subscriber.policy
    shut = shut_on_the_way(catalogue, subscriber.person.user)
    slots = open_slots(catalogue, held, policy.allowed(served, at=at), shut=shut)
    return lacking(
        subscriber.person.account,
        catalogue.options(held, at=at),
        policy,
        served=served,
        slots=len(slots),
        at=at,
    )
